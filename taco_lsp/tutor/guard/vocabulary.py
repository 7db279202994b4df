"""What the words of a program and of a statement are about: stems, everyday synonyms, and words that say nothing.

It knows words, not code: which of a program's words count, and for how much, is decided in `evidence`. English first,
with the Portuguese and Spanish words that beginners' programs and statements have.
"""

from __future__ import annotations

import re

_NEUTRAL_LIST = """
    a about above acc accept accumulate accumulator again agora algorithm all allowed alpha alphabet also amount an
    and another ans answer any ao append apply aqui are arg args argument around arr array arrays ascii aux auxiliar b
    back base be begin below best better big biggest block board body bool boolean both buffer build builder buscar
    but by byte c cada cadena calc calculate calculator call can candidate cannot caracter caractere case ceil cell
    chain change char character check checker choice choose chr class clean close closed cnt code col collection
    column columna coluna com combination combine common como compare compute concat cond condition console const
    contador contain contains content convert converter copy count counter cout create cur curr current d da das data
    de decrement def default define del dest devuelva devuelve dict dictionary diff difference different digite
    display div do does done dos double e each edge either el ela ele elem element elems else em empty en end endl
    enough enter entero entrada entre entries entry equal error es esa escreva escriba escribe ese essa esse esta este
    eu even every example exception exclude exist exit expect extra extract f factory false fancy faz faça fila file
    fill filter filtered filtra filtrar final find first flag flat float foi fold follow for form format found from
    fun func función function functool fund função g generate get give given go goal grid group half halve handle has
    have head header helper hi high highest hint hold how i idx if imprima imprime in include increment index indice
    info ingrese init initial inner input insert inside insufficient int integer inteiro into invalid is it item iter
    itertool its j java join k keep key kind known l la label labels lambda las last later lea least left leia len
    length ler less let letra letter letters lhs limit line linha list lista lo load loaded local location long look
    loop los low lower lowercase lst ltr m main maior mais make many map mark mas match math matrix max maximum mayor
    me menor method mid middle min minimum missing mod mode modified modify more most move msg much mul my n na name
    nas need negative nest nested new next no node none normalize nos not note nothing nova novo now nueva nuevo
    nuevos null num number numero numeros nums número números o obj object of okay old on once one only op open
    operation operator option or order ordered original os other otherwise otra otro otros ou out outer output outra
    outro outros over p pack pair palabra palavra para param parameter part partial parts pass pattern pela pelo
    permutation permutations pick piece pivo pivot pivô place please point por pos posicao posicion posición position
    posição possible predicate prefix prev previous print problem process product program programa prompt property put
    q que quick qué r rank ranking raw reached read readline ready rec recebe recibe record recursive reduce regex rem
    remain remainder remaining replace repr representation res resposta respuesta rest result resultado ret retorna
    retornar retorne return reversed rhs right rotate row run s salida same save saída scan se second seen seja select
    self separate seq sequence ser series set should show si side simple single size smart so solution solve solver
    some son source space spare split squeeze stack starmap start state static status std stderr stdin stdout step
    stop store str stream string su sua suas sub subtask such suffix swap symbol sys system t table tail take tam
    tamanho tamaño target task tell tem temp test text texto than that the their them then there these they thing
    third this through tiene times tmp to toda todas todo todos token too tool top tot total transform tried tries
    true try tuple turn twice two txt type u uint um uma un una undefin undo unknown uno unos unpack until up update
    upper uppercase use used user usuario usuário util utils v val valid validate valor valores vals value var
    variable variant vec vector verify version vetor vetores via visit void wait walk want wanted was way we were what
    when where whether which while whole will with without word work write wrong x xs y yes you your z zero é índice
    first third fourth primeira primeiro primer primera primero segunda segundo tercera tercero terceira terceiro cuarto
    quarto thousands hundreds tens ones numeral fix fixed junk euler attempt improved answer rule rules key keys taken
"""
_NEUTRAL = frozenset(_NEUTRAL_LIST.split())
_SYNONYMS_LIST = """
    average mean avg media promedio média
    largest longest bigger larger max maximum biggest greatest highest maior mayor grande máximo maximo best top
    smallest shortest min minimum least lowest fewest menor pequeño pequeno mínimo minimo
    sum total add addition plus soma suma somar sumar accumulate
    count tally frequency occurrence occur counter many conta contar contagem cantidad quantidade many often
    reverse backward backwards invert inverse flip turn mirror inverter invertir reverso inverso exchange swap
    unique duplicate distinct dedup dedupe repetition repeat repeated duplicado repetido
    sort order ascending descending sorted bubble insertion ordenar ordena
    find search locate lookup binary procura busca buscar bs bsearch
    palindrome palíndromo palindromo symmetric
    prime divisor factor primo sieve
    even odd par ímpar impar
    factorial fact product fatorial producto produto
    power exponent raise potencia potência pow
    gcd euclid divisor common mdc mcd
    vowel vogal vocal vogais vocales
    text string str word sentence phrase message letter character char line texto palavra palabra frase letra caracter
    remove delete drop discard without remover eliminar
    digit dígito digito
    median middle mediana
    leap bissexto bisiesto year ano año
    celsius fahrenheit temperature degree temperatura convert
    encode caesar cipher shift rotate encrypt cifra
    anagram anagrama
    triangle star pyramid triângulo triángulo
    balance deposit withdraw account bank money wallet saldo conta cuenta
    diagonal trace matrix
    bracket parenthesis balanced parentheses
    range span interval
    fizz buzz
    grade mark score nota point points
    vowels vowel aeiou
    uppercase capital capitalise capitalize upper lower cap
    distance hamming difference mismatch differ
    fibonacci fib
    area perimeter circle rectangle square radius
    merge concat combine join
    split separate divide
    negative positive sign
    perfect divisors
    transpose matrix
    binary decimal convert bits
    percent percentage rate discount tax
    hour minute clock
    second segundo segunda
    student pupil learner aluno alumno estudiante
    mark grade score note calificación
    matrix grid rotate turn flip transpose row column
    account wallet bank money fund
    mask hide reveal secret guess hangman
    compress encode squeeze rle run
    flatten nest nested unnest unpack squash
    caesar cipher encrypt encode shift rotate rot abcdefghijklmnopqrstuvwxyz
    even odd pare impare ímpare
    winner best top highest
    histogram tally frequency freq occurrence count
    shared common intersection intersect overlap mutual both
    prefix start beginning leading
    stock inventory goods supply
    fibonacci sequence
    valid check verify luhn checksum
    rating result
    cost price fee charge fare
    pay wage salary payment earning
    missing lost absent gap
    clean normalize normalise strip sanitize tidy
    change coin cent penny
    time clock duration second minute hour
    swap exchange switch
    step collatz hailstone
    list array vector sequence numbers values items elements lista vetor arreglo
"""
_SYNONYMS: dict[str, frozenset[str]] = {}
_VAGUE_LIST = """
    find search locate lookup buscar busca procura convert join merge concat combine split separate divide same many
    often remove delete drop discard remover eliminar select binary common text string str word sentence phrase
    message letter character char line texto palavra palabra frase letra caracter list array vector sequence numbers
    values items elements lista vetor arreglo letters year degree degrees money matrix bank account number
    shared common mutual both start beginning leading stock inventory goods supply sequence valid check verify
    rating result cost price fee charge fare pay wage salary payment earning missing lost absent gap clean
    distance difference normalize normalise strip sanitize tidy change coin cent penny time clock duration step
"""
SHORT = 4
"""Letters from which a shorter word can stand for a longer one."""
_PARTS = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-Z]?[a-zà-ÿ]+")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ing", ""), ("ed", ""), ("s", ""))


def stem(word: str) -> str:
    """Cut the everyday endings: enough to see that two words are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + instead
    return word


_VAGUE = frozenset(map(stem, _VAGUE_LIST.split()))
"""Have synonyms, but are said of anything."""
for _group in _SYNONYMS_LIST.strip().split("\n"):
    _stems = frozenset(map(stem, _group.split()))
    for _word in _stems:
        _SYNONYMS[_word] = _SYNONYMS.get(_word, frozenset()) | _stems


def words_of(name: str) -> frozenset[str]:
    """The stems in a name or text that are about something: `countOf_vowels` is about vowels and counting."""
    return frozenset(stem(word.lower()) for word in _PARTS.findall(name) if len(word) > 2)


def is_neutral(word: str) -> bool:
    """Tell whether a stem is in everybody's program, so that it says nothing in a variable's name."""
    return word in _NEUTRAL or word in _NEUTRAL_STEMS


def meanings(words: frozenset[str]) -> frozenset[str]:
    """Words and their synonyms."""
    return words.union(*(_SYNONYMS.get(word, frozenset()) for word in words))


def prefixes(words: frozenset[str]) -> frozenset[str]:
    """The beginnings of words that may stand for them: `fact`, `freq`."""
    return frozenset(word[:size] for word in words for size in range(SHORT, len(word) + 1))


def is_operation(word: str) -> bool:
    """Tell whether a stem names an everyday operation of beginners' tasks."""
    return word in _SYNONYMS and word not in _VAGUE


_NEUTRAL_STEMS = frozenset(map(stem, _NEUTRAL))
