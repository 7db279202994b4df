"""What the words of a program and of a statement are about: stems, everyday synonyms, and words that say nothing.

It knows words, not code: which of a program's words count, and for how much, is decided in `evidence`. English first,
with the Portuguese and Spanish words that beginners' programs and statements have.
"""

from __future__ import annotations

import re

_NEUTRAL_LIST = """
    a about above accept acc accumulator again algorithm all also amount an and another ans answer any append are arg
    args argument arr array arrays aux b back base be begin below block body bool boolean both buffer but by c calc
    calculate call can case cell check class code col collection column common compute condition const contain
    contains cond console content copy count counter cout create cur curr current d data def default define dict
    dictionary different display do does done double each elem element else empty end endl enter entry equal even
    every example exclude exist exit expect f false file final find first flag float follow for found from fun func
    function g get give given go group handle has have helper hold how i idx if in include index info init inner
    input insert int integer into is it item iter its j k keep key kind l last least left len length less let limit
    line list local long loop lst m main make many map mark match matrix max maximum me method mid middle min minimum
    mode more most my n name need new next no node none not note nothing now null num number o obj object of old on one
    only op open or other otherwise out outer output over p pair param parameter part parts pass place please point
    pos position prev previous print problem process program prompt put q r raw read record rem remain remainder
    remaining rest res result ret return right row run s same save scan seen self seq sequence set should show
    simple single size so solution solve some source spare start state status step std stdin stdout stop store str
    stream string sub subtask such sys system t table take target task tell temp test text than that the their them then
    there these they thing this through times tmp to token top total true try tuple two txt type u until up use
    used user utils v val valid value var variable vec vector via void want wanted was way we were what when where
    whether which while whole will with without word work write x xs y yes you your z zero
    agora ao aqui com como cada da das de del do dos e el ela ele em en entre es esa ese essa esse esta este eu faça faz
    foi lista los lo la las leia lea ler mais mas na nas no nos numero número números numeros o os ou para pela pelo por
    programa que qué recebe recibe retorna retorne retornar devuelve devuelva se seja ser si son su sua suas tem texto
    tiene todo todos toda todas um uma un una unos uno usuario usuário valor valores vetor y é escreva escriba escribe
    função función imprima imprime digite ingrese entrada salida saída resultado respuesta resposta inteiro entero
"""
_NEUTRAL = frozenset(_NEUTRAL_LIST.split())
_SYNONYMS_LIST = """
    average mean avg media promedio média
    largest longest bigger larger max maximum biggest greatest highest maior mayor grande máximo maximo best top
    smallest shortest min minimum least lowest fewest menor pequeño pequeno mínimo minimo
    sum total add addition plus soma suma somar sumar accumulate
    count tally frequency occurrence occur counter many conta contar contagem cantidad quantidade many often
    reverse backward backwards invert inverse flip mirror inverter invertir reverso inverso exchange swap
    unique duplicate distinct dedupe repetition repeat repeated duplicado repetido
    sort order ascending descending sorted bubble insertion ordenar ordena
    find search locate lookup binary procura busca buscar bs
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
    anagram letters same
    triangle star pyramid triângulo triángulo
    balance deposit withdraw account bank money wallet saldo conta cuenta
    diagonal trace matrix
    bracket parenthesis balanced parentheses
    range span interval
    fizz buzz
    grade mark score nota point points
    vowels vowel
    uppercase capital capitalise capitalize upper lower
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
    list array vector sequence numbers values items elements lista vetor arreglo
"""
_SYNONYMS: dict[str, frozenset[str]] = {}
_VAGUE_LIST = """
    find search locate lookup buscar busca procura convert join merge concat combine split separate divide same many
    often remove delete drop discard remover eliminar select binary common
"""
_VAGUE = frozenset(_VAGUE_LIST.split())
"""Have synonyms, but are said of anything."""
_PARTS = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-Z]?[a-zà-ÿ]+")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ing", ""), ("ed", ""), ("s", ""))


def stem(word: str) -> str:
    """Cut the everyday endings: enough to see that two words are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + instead
    return word


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


def is_operation(word: str) -> bool:
    """Tell whether a stem names an everyday operation of beginners' tasks."""
    return word in _SYNONYMS and word not in _VAGUE


_NEUTRAL_STEMS = frozenset(map(stem, _NEUTRAL))
