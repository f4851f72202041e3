"""What a reflection is asked. The answers are never written for anybody."""

#: Field -> the prompt, and a word of help. The fields start empty; nothing is ever written for anybody.
PROMPTS = {
    "learned": ("What did you learn?", ""),
    "practice": ("How did you change or improve what you do?", "Or what will you do differently?"),
    "relevance": (
        "How is it relevant to your Code or professional standards?",
        "Name the part or theme, and say why.",
    ),
    "peer": (
        "What came of talking it over with a colleague?",
        "Social Work England asks for this once a year.",
    ),
    "peer_role": ("Whom did you talk to?", "The role only, for example team manager. Never a name."),
}
LONG_PROMPTS = ("learned", "practice", "relevance", "peer")
