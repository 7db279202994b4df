"""What a question is about, told by its words alone: a table of themes, no model and no guessing.

A question belongs to every theme of which it has a word; one without any is "Something else". English, Portuguese and
Spanish words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

OTHER = "Something else"

_THEMES: Mapping[str, str] = {
    "Lists and positions": """
        list array index indices indexes position element item append insert pop slice slicing range bounds
        indexerror sublist sort sorted reverse lista listas indice índice posição posición elemento vetor arreglo
    """,
    "Loops": """
        loop looping iterate iteration repeat while for break continue range enumerate zip infinite endless accumulator
        laço laços bucle bucles repetir repetição repetición iterar ciclo
    """,
    "Decisions": """
        if elif else condition conditional branch boolean bool compare comparison equal true false truthy
        condição condición comparar verdadeiro verdadero falso se si
    """,
    "Functions": """
        function def return returns argument parameter call lambda recursion recursive scope global local none
        função función retornar devolver argumento parâmetro parámetro recursão recursividad
    """,
    "Text": """
        string text character letter word upper lower split join strip replace concatenate format f-string quote
        newline substring palindrome texto palavra palabra letra caractere cadena
    """,
    "Numbers": """
        number integer int float decimal round division divide remainder modulo sum average mean total multiply
        zerodivisionerror número numero inteiro entero soma suma média promedio divisão división resto
    """,
    "Dictionaries and sets": """
        dictionary dict key keys value values set unique duplicate map hash keyerror lookup
        dicionário diccionario chave clave conjunto
    """,
    "Names and values": """
        variable assign assignment name defined undefined nameerror swap constant mutable immutable copy reference
        variável variable atribuição asignación nome nombre
    """,
    "Types": """
        type typeerror convert conversion cast str isinstance valueerror literal parse tipo converter convertir
    """,
    "Writing it so that it runs": """
        syntax syntaxerror indent indentation indentationerror colon parenthesis bracket brace comma unexpected
        sintaxe sintaxis indentação indentación parêntese paréntesis vírgula coma
    """,
    "Classes and objects": """
        class object instance method attribute self constructor inherit inheritance attributeerror
        classe clase objeto método atributo herança herencia
    """,
    "Input, output and files": """
        input print output stdin stdout read write file open csv path console
        entrada saída salida imprimir arquivo archivo ler leer
    """,
    "Modules": "import module package library importerror modulenotfounderror install módulo biblioteca",
    "Understanding an error": "error exception traceback crash fails message erro excepción exceção mensagem mensaje",
    "Understanding the task": """
        task exercise statement supposed mean asks understand start begin tarefa exercício tarea ejercicio enunciado
        começar empezar entender
    """,
}

_WORD = re.compile(r"[^\W\d_][\w-]*")


def _table() -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for theme, words in _THEMES.items():
        for word in words.split():
            table.setdefault(word, set()).add(theme)
            table.setdefault(f"{word}s", set()).add(theme)
    return table


_OF_WORD: Mapping[str, set[str]] = _table()


def themes(question: str) -> frozenset[str]:
    """The themes of a question."""
    found: set[str] = set()
    for word in _WORD.findall(question.lower()):
        if of_word := _OF_WORD.get(word):
            found |= of_word
    return frozenset(found or {OTHER})
