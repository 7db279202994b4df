"""The few sentences the tutor says about itself, in each language it speaks: refusals, and why an answer was replaced.

Hints and explanations are written elsewhere; messages of the editor and of the command line are English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from taco_lsp.tutor.languages import primary

Notice = Literal["try_first", "no_hints", "no_question", "long_question", "held_back", "no_sense", "wrong_language",
                 "no_code", "off", "off_hint", "quota", "quota_again", "quota_none", "quota_none_hint"]  # fmt: skip

FALLBACK = "en"

TEXTS: Mapping[str, Mapping[Notice, str]] = {
    "en": {
        "try_first": "Try something of your own first: change the code, or run it. After that you can have a hint.",
        "no_hints": (
            "Your teacher gives no hints for this challenge. You can still ask a question, or run your program."
        ),
        "no_question": "What would you like to know? Write a question, or select the lines it is about.",
        "long_question": (
            "That question is too long for me: I read up to {limit} characters. Ask about one thing at a time, in a "
            "few sentences. Your code and the output of your last run I see anyway."
        ),
        "held_back": "Part of an answer was held back because it gave too much away.",
        "no_sense": "The model's answer made no sense, so it was replaced.",
        "wrong_language": "The model answered in another language, so its answer was replaced.",
        "no_code": "(Your teacher lets me show no code here, so the example is left out.)",
        "off": "The tutor is switched off for this challenge.",
        "off_hint": "Ask your teacher; your history stays readable.",
        "quota": "That was all for now. Questions your teacher allows in an hour: {limit}.",
        "quota_again": "Try again at {time}. Running, saving and your history go on working.",
        "quota_none": "Your teacher allows no questions here.",
        "quota_none_hint": "Running, saving and your history go on working.",
    },
    "pt": {
        "try_first": (
            "Primeiro tente algo por conta própria: mude o código ou execute o programa. Depois disso você pode "
            "receber uma dica."
        ),
        "no_hints": (
            "Seu professor não oferece dicas neste desafio. Você ainda pode fazer uma pergunta ou executar seu "
            "programa."
        ),
        "no_question": "O que você gostaria de saber? Escreva uma pergunta ou selecione as linhas de que se trata.",
        "long_question": (
            "Essa pergunta é longa demais para mim: eu leio até {limit} caracteres. Pergunte uma coisa de cada vez, em "
            "poucas frases. O seu código e a saída da última execução eu já vejo."
        ),
        "held_back": "Parte de uma resposta foi retida porque revelava demais.",
        "no_sense": "A resposta do modelo não fazia sentido e foi substituída.",
        "wrong_language": "O modelo respondeu em outro idioma, e a resposta foi substituída.",
        "no_code": "(Seu professor não permite que eu mostre código aqui, por isso o exemplo ficou de fora.)",
        "off": "O tutor está desligado neste desafio.",
        "off_hint": "Fale com seu professor; seu histórico continua disponível.",
        "quota": "Por enquanto é só. Perguntas que seu professor permite por hora: {limit}.",
        "quota_again": "Tente de novo às {time}. Executar, salvar e ver o histórico continuam funcionando.",
        "quota_none": "Seu professor não permite perguntas aqui.",
        "quota_none_hint": "Executar, salvar e ver o histórico continuam funcionando.",
    },
    "es": {
        "try_first": (
            "Primero intenta algo por tu cuenta: cambia el código o ejecuta el programa. Después podrás recibir una "
            "pista."
        ),
        "no_hints": ("Tu docente no da pistas en este reto. Aun así puedes hacer una pregunta o ejecutar tu programa."),
        "no_question": "¿Qué te gustaría saber? Escribe una pregunta o selecciona las líneas de las que se trata.",
        "long_question": (
            "Esa pregunta es demasiado larga para mí: leo hasta {limit} caracteres. Pregunta una cosa a la vez, en "
            "pocas frases. Tu código y la salida de la última ejecución ya los veo."
        ),
        "held_back": "Se retuvo parte de una respuesta porque revelaba demasiado.",
        "no_sense": "La respuesta del modelo no tenía sentido y fue sustituida.",
        "wrong_language": "El modelo respondió en otro idioma y su respuesta fue sustituida.",
        "no_code": "(Tu docente no permite que muestre código aquí, así que el ejemplo se omite.)",
        "off": "El tutor está desactivado en este reto.",
        "off_hint": "Consulta a tu docente; tu historial sigue disponible.",
        "quota": "Por ahora es todo. Preguntas que tu docente permite por hora: {limit}.",
        "quota_again": "Inténtalo de nuevo a las {time}. Ejecutar, guardar y ver el historial siguen funcionando.",
        "quota_none": "Tu docente no permite preguntas aquí.",
        "quota_none_hint": "Ejecutar, guardar y ver el historial siguen funcionando.",
    },
}


def say(notice: Notice, language: str, **values: object) -> str:
    """Say a notice in a language (tag), in English where it is not spoken."""
    texts = TEXTS.get(primary(language), TEXTS[FALLBACK])
    return texts[notice].format(**values)
