"""The words of dictated edits in English, Portuguese and Spanish, as alternatives for regular expressions.

Words only: what makes a sentence a dictated edit is decided in `sentences`.
"""

from __future__ import annotations

import re


def any_of(listed: str) -> str:
    """Give the words of a list, with commas or line ends between them, as alternatives of a pattern."""
    return "(?:" + "|".join(filter(None, re.split(r"\s*[,\n]\s*", listed))) + ")"


CHANGE = (
    "replace|change|swap|switch|substitute|convert|modify|update|rewrite|edit|rename"
    "|correct|fix|alter|adjust|turn|make|negate|flip|invert"
    "|replacing|changing|swapping|switching|substituting|converting|modifying|updating"
    "|rewriting|renaming|altering|adjusting|making|turning"
    "|substitua|substituir|substituindo|troque|trocar|trocando|mude|mudar|mudando|altere"
    "|alterar|alterando|corrija|corrigir"
    "|reemplaza|reemplace|reemplazar|reemplazando|sustituye|sustituya|sustituir|cambia"
    "|cambie|cambiar|cambiando|corrige|modifica|modifique|modificar"
)
ADD = (
    "add|insert|put|place|append|prepend|include|write|type|adding|inserting|putting"
    "|placing|appending|including|writing"
    "|adicione|adicionar|acrescente|acrescentar|insira|inserir|coloque|colocar|inclua|incluir|escreva|escrever"
    "|agrega|agregue|agregar|añade|añada|añadir|inserta|inserte|insertar|pon|pon(?:lo|la|le)|ponga|poner"
    "|incluye|incluya|escribe|escriba|escribir"
)
REMOVE = (
    "remove|delete|drop|erase|omit|removing|deleting|dropping|erasing|get rid of"
    "|getting rid of|take out|taking out|strip"
    "|remova|remover|apague|apagar|exclua|excluir|retire|retirar|tire|tirar"
    "|elimina|elimine|eliminar|quita|quite|quitar|borra|borre|borrar"
)
MOVE = (
    "move|moving|shift|shifting|indent|indenting|dedent|unindent|unindenting|dedenting|outdent"
    "|mova|mover|movendo|indente|mueve|mueva|moviendo|indenta|sangra"
)
SET = (
    "set|setting|initialize|initialise|initializing|initialising|assign|assigning|start"
    "|starting|begin|reset|declare|define"
    "|inicialize|inicializar|atribua|atribuir|comece|começar|defina|definir|inicializa"
    "|inicialice|asigna|asigne|asignar|empieza|empiece"
)
USE = (
    "use|using|call|calling|utilize|utilise|try|return|returning|print|compare|check|test"
    "|multiply|divide|subtract|increment|decrement|multiplying|dividing|subtracting|comparing|looping|iterating"
    "|increase|decrease|store|save|wrap|pass|import|cast|iterate|loop"
    "|subtract|concatenate|give|suma|sumar|somar|dividir|multiplicar|utilizar|utilize|usar|usando|retorne"
    "|retornar|devolva|chame|chamar|divida|multiplique|incremente"
    "|usa|utiliza|utilice|devuelve|devuelva|retorna|llama|llame|divide|multiplica|incrementa"
    "|percorra|percorrer|recorra|itere"
)
INTO = r"with|to|into|by|for|as|so that it (?:is|reads|says)|por|para|a|em|con|en"
INSTEAD = r"instead of|rather than|in place of|and not|em vez de|ao invés de|no lugar de|en lugar de|en vez de"
SHOULD_BE = (
    r"(?:should|must|needs? to|has to|ought to|is supposed to|would)(?: instead| really| actually| just| probably)?"
    r" (?:be|read|say|become|look like|use|do|check|set|compare|compute|test|have been"
    r"|return|start (?:at|from)|go (?:up )?to|end (?:at|with))"
    r"|deve(?:ria)? ser|deve(?:ria)? ficar|tem que ser|precisa ser|debe(?:ría)? ser|debe(?:ría)? quedar|tiene que ser"
)
PIVOTS = (
    "should|must|needs|need|instead|rather|has|have|ought|having|get|deve|deveria|precisa"
    "|tem|debe|debería|tiene|em|en|ao|no"
    "|let|range|equals|colon|belongs|goes|reorder|rearrange|interchange|bring|pull|take|allow|rid"
    "|give|go|haz|faça|intercambia|intercambiar"
    "|inverta|saca|correct|corrected|fixed|right|working|proper|answer|solution|swap|reverse|exchange|try"
    "|like|code|def|function"
    "|ask|read|create|collect|gather|push|pop|raise|repeat|build|sort|split|join|trim|lowercase|uppercase|round|break"
    "|exit|leave|parse|apply|only|count|run|walk|end|stop|forgot|missing|lacks|falta|enclose|lee|lea|leia|crea|cria|crie"
    "|guarda|guarde|diminua|reduza|aumente|reduce|apply|surround|negate|skip|compute|calculate|exclude|ignore|overwrite"
)
"""Beside the verbs, the words that an edit can begin with."""
_GENTLE_LIST = """
    and then just simply please instead also first next finally now so or but only probably actually lets let e
    então depois agora y entonces luego ahora simplemente simplesmente apenas solo sólo basta
"""
GENTLE = frozenset(_GENTLE_LIST.split())
"""Words before a verb that leave it an order."""
PRESSING = frozenset(["should", "must", "can", "could", "may", "might", "would", "will", "'ll", "ll"])
YOU = frozenset(["you", "we", "i", "i'd", "they", "one", "you'll", "you'd", "você", "vc", "tú", "usted"])
_BEFORE_TO_LIST = """
    need needs needed have has want try is be remember forgot forget sure ought going required necessary better
    best do fix had wanted supposed remains like advise
"""
BEFORE_TO = frozenset(_BEFORE_TO_LIST.split())
_BEFORE_TO_OTHERS_LIST = """
    precisa deve tem tiene debe que debes tienes hay necesitas puedes pode poderia deberías podrías deveria
"""
BEFORE_TO_OTHERS = frozenset(_BEFORE_TO_OTHERS_LIST.split())
_BEFORE_GERUND_LIST = """
    try by consider suggest recommend means involves requires needs about is tente tenta intenta considere
    considera
"""
BEFORE_GERUND = frozenset(_BEFORE_GERUND_LIST.split())
PLACE = (
    r"\blines?\b|\blinhas?\b|\blíneas?\b|\b(?:after|before|above|below|inside|outside"
    r"|within|at the (?:end|start|beginning|top|bottom)|to the (?:end|start|beginning)"
    r"|in the (?:loop|function|condition|body|else|if)|in front of|between|following"
    r"|depois|antes|dentro|fora|no final|después|fuera|al final)\b"
)
THING = (
    r"(?:colon|semicolon|(?:closing |opening |missing )?(?:parenthes[ie]s|brackets?"
    r"|braces?|quotes?)|comma|return(?: statement)?|indent(?:ation)?|tab"
    r"|(?:increment|decrement|base case|break|assignment)(?: statement)?|dois pontos"
    r"|ponto e vírgula|dos puntos|punto y coma)"
)
OPERATION = (
    r"less than or equal(?: to)?|greater than or equal(?: to)?|less[- ]than"
    r"|greater[- ]than|double equals?|not equals?|plus (?:one|1)|minus (?:one|1)"
    r"|modulo|modulus|integer division|floor division|zero|one|two|true|false|none|null"
    r"|menor ou igual|maior ou igual|menor o igual|mayor o igual|módulo|cero|um|uno"
)
LOOKING = (
    r"\b(?:print|prints|printing|breakpoint|debugger|log|logging|comment|comments"
    r"|docstring|test|tests|example|input|prints?|imprimir|comentário|comentario)\b"
)
EXPERIMENT = (
    r"\b(?:what happens|what do you|see (?:what|if|whether|how)|notice|observe|tell me"
    r"|(?:while|when) (?:you (?:are |re |'re )?)?(?:test|debug)\w*|on paper|by hand|en papel|no papel"
    r"|interpreter|terminal|repl|console|shell|o que acontece|qué pasa|qué ocurre)\b"
)
"""Telling the student to look, not to fix."""
THINKING = (
    r"\b(?:to (?:find|compute|calculate|work out)|think|you said|you mentioned|you're right|that's right"
    r"|exactly|you wrote|write down|by hand|on paper|remember that|keep in mind|recall|consider (?:what"
    r"|how|why|whether)|trace|walk through|look at|imagine"
    r"|suppose|piensa|pense|recuerda|lembre|fíjate|olhe)\b"
)
REORDER = (
    "reorder|exchange|exchanging|reverse|rearrange|interchange|get rid of|take(?=.* out\\b)|dedent|intercambia"
    "|pull|bring|prefix|repeat|repite|repita|wrap|surround|enclose|cast|convierte|convierta|converta|converter|intercambiar|intercambie|inverta"
    "|inverter|invierte|invertir|reordena|saca|sacar|tire"
)
INITIALISE = (
    "initialize|initialise|initializing|initialising|declare|reset|increment|decrement|inicialize"
    "|inicializar|inicializa"
    "|inicialice|declara|declare|incrementa|incremente"
)
"""Verbs that edit by themselves."""
NUMBER = (
    r"zero|(?:one|two|three|ten)(?! (?:of|thing|way|element|item|number|time|case|letter|step|line|at|by"
    r"|more|loop|or|and)"
    r"|s?\b.{0,12}elements?)|half|twice|cero|uno|dos|tres|diez|um|dois|três|dez|empty|vac[ií][oa]|vazi[oa]"
    "|true|false|none|null"
)
SPOKEN_SIGN = (
    r"(?:single |double |triple |two |three |second |extra )?equals? signs?|(?:plus|minus|times|double"
    r"|triple) equals?"
    r"|equals|ampersand|percent(?: sign)?|modul[oe]s?|módulo|remainder|resto|slash(?:es)?|asterisks?|stars?"
    r"|(?:strictly )?(?:less|greater|smaller|larger|bigger)(?:[- ]than)?(?:[- ]or[- ]equal)?|or equal"
    r"|menor|mayor|maior"
    r"|semicolon|colon|comma|parenthes[ie]s|brackets?|braces?|quotes?|address|self dot|integer division"
    r"|floor division"
    r"|plus|minus|divided by|multiplied by|exclamation mark|sin(?:al|ais) de igual|signos? de igual"
    r"|integers?|ints?|floats?|lower ?case|upper ?case|self"
)
AMOUNT = (
    r"(?:the )?(?:first|last) (?:element|item|value|number|character|letter|price|word|one)"
    r"|prime(?:r|ro|ra|iro|ira) \w+|self\.|str|string|(?:the )?(?:length|size|number of elements"
    r"|number of items|how many|last digit|remainder)|longitud|tamaño|tamanho|comprimento|cantidad|quantidade"
)
BRANCH = r"an? (?:if|else|elif|for|while|check|break|return|base case|condition)|un if|um if|un else|um else|else"
PART = (
    r"lines? \d+|(?:first|second|third|fourth|fifth|sixth|last|next|previous) (?:line|condition|branch|print|if|loop"
    r"|test|return)"
    r"|loops?|range|conditions?|comparison|return(?: statement)?|print|if|else|elif|while|for|function|method"
    r"|constructor|init|index|variable|declaration|scanf|brace|branch(?:es)?|operators?|equals|division"
    r"|remainder|statement|call"
    r"|list|array|counter|initial value|end|input|calculation|assignment|increment|the line (?:that|where"
    r"|which|with)|línea \d+|linha \d+|líneas \d+|linhas \d+|última l[ií]n(?:ea|ha)|bucle|laço"
    r"|condici[oó]n|condição|función|função|primero|primeira?|sum|total|slash|ampersand"
    r"|incremento|rango|llamada|chamada|contador|asignación|atribuição|variável|índice"
)
"""Parts of a program that can be edited."""
PLACED = (
    r"before|after|above|below|inside|outside|out of|in front of|within|under|at the (?:very )?(?:top"
    r"|start|beginning|end"
    r"|declaration)|to the (?:top|start|beginning|end)|(?:comes?|goes|check(?:ed)?) first|right at|wrong way round"
    r"|antes|después|depois|dentro|fuera|fora|delante|levels?|alinhad\w+|alinead\w+|aligned|at the same"
    r"|to the (?:left|right)|into|al (?:final"
    r"|principio|comienzo)|no (?:final|começo|início)|primero"
    r"|primeiro"
)
VERBS = (CHANGE, ADD, REMOVE, MOVE, SET, USE, REORDER, INITIALISE)
