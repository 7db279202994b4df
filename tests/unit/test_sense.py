"""Whether a model's answer makes sense: real answers pass, noise does not."""

from __future__ import annotations

import random

import pytest

from taco_lsp.tutor.languages import guess, is_other, name, prose
from taco_lsp.tutor.sense import LONGEST_ANSWER, nonsense

ANSWERS = {
    "en": "Look at the loop in line 3. What values does `i` take, and which is the last index of your list? Try it.",
    "pt": "Olhe para o laço na linha 3. Que valores a variável assume, e qual é o último índice da sua lista? Tente.",
    "es": "Mira el bucle en la línea 3. ¿Qué valores toma la variable y cuál es el último índice de tu lista?",
    "fr": "Regarde la boucle à la ligne 3. Quelles valeurs prend la variable et quel est le dernier de ta liste ?",
    "de": "Schau dir die Schleife in Zeile 3 an. Welche Werte nimmt die Variable an, und was ist der letzte Index?",
    "it": "Guarda il ciclo nella riga 3. Quali valori prende la variabile e qual è l'ultimo indice della tua lista?",
    "nl": "Kijk naar de lus in regel 3. Welke waarden krijgt de variabele en wat is de laatste index van je lijst?",
    "zh": "请看第三行的循环。变量取哪些值。列表的最后一个索引是什么。",
    "ja": "三行目のループを見てください。変数はどの値をとりますか。リストの最後の添字は何ですか。",
    "ru": "Посмотрите на цикл в строке 3. Какие значения принимает переменная?",
    "el": "Κοίτα τον βρόχο στη γραμμή 3. Ποιες τιμές παίρνει η μεταβλητή;",
    "ar": "انظر إلى الحلقة في السطر الثالث. ما القيم التي يأخذها المتغير؟",
    "hi": "तीसरी पंक्ति के लूप को देखिए। चर कौन से मान लेता है?",
}
PAIRS = [(spoken, wanted) for spoken in ANSWERS for wanted in ANSWERS if spoken != wanted]


@pytest.mark.parametrize("tag", ANSWERS)
def test_an_answer_in_the_language_asked_for_is_fine(tag: str) -> None:
    assert nonsense(ANSWERS[tag], languages=[tag]) is None
    assert nonsense(ANSWERS[tag], languages=[f"{tag}-XX"]) is None


@pytest.mark.parametrize(("spoken", "wanted"), PAIRS)
def test_an_answer_in_another_language_is_noticed(spoken: str, wanted: str) -> None:
    related = {spoken, wanted} == {"zh", "ja"} and spoken == "zh"  # Japanese may be written in Chinese characters
    assert (nonsense(ANSWERS[spoken], languages=[wanted]) is None) is related


def test_an_answer_in_the_student_s_own_language_is_fine() -> None:
    assert not is_other(ANSWERS["pt"], ["en", "pt"])


@pytest.mark.parametrize("wanted", ["gl", "ca", "eu", "nn", "af", "sw"])
def test_a_language_that_is_not_known_is_never_wrong(wanted: str) -> None:
    assert not is_other(ANSWERS["es"], [wanted])


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "Yes!", "Line 3?", "`print(x)`", "Try `len(xs)` and `xs[-1]`.", "42", "🙂🙂🙂", "la la la",
        "```python\nfor i in range(3):\n    print(i)\n```", "KeyError, IndexError, ValueError, TypeError: which?",
        "Step 1: read. Step 2: add. Step 3: divide.",
        "Compare:\n\n| step | i | total |\n|------|---|-------|\n| 1 | 0 | 3 |\n\n------------------\n\nWhat next?",
    ],
)  # fmt: skip
def test_a_short_or_odd_answer_passes(text: str) -> None:
    assert nonsense(text, languages=["en"]) is None
    assert nonsense(text, languages=["pt-BR"]) is None


def test_code_says_nothing_about_the_language() -> None:
    code = "```python\n# the loop is what you look at and it is the one that you should think about\nx = 1\n```"
    assert guess(code) == frozenset()
    assert "loop" not in prose(code)
    assert nonsense(f"{ANSWERS['es']}\n{code}", languages=["es"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "\x00\x01\x02 a \x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12 xyz xyz",
        "\ufffd" * 30, "-----------------------------", "{{{{[[[[((((<<<<>>>>))))]]]]}}}}",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
        "a" * 400, "qwertyuiop" * 50,
    ],
)  # fmt: skip
def test_noise_is_garbled(text: str) -> None:
    assert nonsense(text, languages=["en"]) == "garbled"


def test_random_bytes_are_garbled() -> None:
    noise = random.Random(7)
    for _ in range(20):
        text = bytes(noise.randrange(256) for _ in range(400)).decode("utf-8", "replace")
        assert nonsense(text, languages=["en"]) == "garbled"


@pytest.mark.parametrize("text", ["Look at line 3. ", ANSWERS["en"] + " ", "I think that\n", "so "])
def test_the_same_again_and_again_is_noticed_early(text: str) -> None:
    size = 2_000
    assert nonsense(text * (size // len(text)), languages=["en"]) == "repeating"
    assert size < LONGEST_ANSWER / 2


def test_a_long_answer_is_not_a_repetition() -> None:
    steps = "\n".join(f"{n}. Think about step {n}: what do you know then, and what is still open?" for n in range(12))
    assert nonsense(steps, languages=["en"]) is None


@pytest.mark.parametrize(
    ("tag", "said"),
    [("en", "English"), ("pt-BR", "Brazilian Portuguese"), ("pt", "Portuguese"), ("es-MX", "Spanish"), ("xx", "xx")],
)
def test_languages_have_names(tag: str, said: str) -> None:
    assert name(tag) == said
