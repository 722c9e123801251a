"""A data folder in the formats of the sets that others wrote, small enough to work out by hand."""

import gzip
import json
from pathlib import Path
from typing import Any

NEWS: list[dict[str, Any]] = [
    {
        "url": "https://example.org/ferry",
        "title": "Ferry runs aground off Vela",
        "published": "2022-03-04",
        "authors": ["A. Writer"],
        "text": "The ferry Halcyon ran aground off Vela.\n\nAll 212 passengers of the ferry were taken ashore.",
    },
    {
        "url": "https://example.org/mayor",
        "title": "Mayor of Brodna resigns",
        "published": "2022-05-10",
        "authors": [],
        "text": "Mayor Ottmar Lisk of Brodna resigned over the flooded tunnel.\n\nPetra Winn takes over.",
    },
    {
        "url": "https://example.org/old-ferry",
        "title": "Ferry Halcyon launched at Vela",
        "published": "2021-01-02",
        "authors": [],
        "text": "The ferry Halcyon was launched at Vela in January by Ruzena Dvorak.",
    },
]
QUIZ: list[dict[str, Any]] = [
    {
        "id": "20220306_1",
        "asked": "2022-03-06",
        "question": "How many passengers of the ferry Halcyon were taken ashore off Vela?",
        "choices": ["212", "40"],
        "answer": "212",
        "gold_urls": ["https://example.org/ferry"],
        "answer_urls": ["https://example.org/ferry"],
    },
    {
        "id": "20220512_1",
        "asked": "2022-05-12",
        "question": "Which mayor resigned over the flooded tunnel in Brodna?",
        "choices": ["Ottmar Lisk", "Petra Winn"],
        "answer": "Ottmar Lisk",
        "gold_urls": [],
        "answer_urls": ["https://example.org/mayor"],
    },
    {
        "id": "20210103_1",
        "asked": "2021-01-03",
        "question": "Who launched the ferry Halcyon?",
        "choices": ["Ruzena Dvorak", "nobody"],
        "answer": "Ruzena Dvorak",
        "gold_urls": [],
        "answer_urls": [],
    },
]
PAGES = {
    "data": [
        {
            "title": "Salt_roads",
            "paragraphs": [
                {
                    "context": "The salt road to Kelm was paved in 1632. Mules carried the salt for 160 years.",
                    "qas": [
                        {
                            "question": "When was the salt road to Kelm paved? ",
                            "answers": [
                                {"text": "1632", "answer_start": 35},
                                {"text": "1632", "answer_start": 35},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "question": "Who robbed the bishop of Trondheim?",
                            "answers": [],
                            "is_impossible": True,
                        },
                    ],
                },
                {
                    "context": "The monks sold the glassmakers of Kelm their ash.",
                    "qas": [
                        {
                            "question": "Who sold the glassmakers of Kelm their ash?",
                            "answers": [{"text": "The monks", "answer_start": 0}],
                            "is_impossible": False,
                        }
                    ],
                },
            ],
        }
    ]
}
HOPS: list[dict[str, Any]] = [
    {"url": "https://example.com/rail", "title": "Rail line to Osk delayed", "author": "B", "source": "Gazette",
     "category": "business", "published_at": "2023-10-02T10:00:00+00:00",
     "body": "The rail line to Osk will open a year late.\n\nThe builder Tramont blamed the rain."},
    {"url": "https://example.com/dam", "title": "Dam at Ulv finished", "author": "C", "source": "Herald",
     "category": "business", "published_at": "2023-11-02T10:00:00+00:00",
     "body": "The dam at Ulv is finished.\n\nIts builder, Tramont, was fined for the noise."},
]  # fmt: skip
QUERIES: list[dict[str, Any]] = [
    {
        "query": "Which builder blamed rain for the rail line to Osk and was fined over the dam at Ulv?",
        "answer": "Tramont",
        "question_type": "inference_query",
        "evidence_list": [
            {"url": "https://example.com/rail", "fact": "The builder Tramont blamed the rain."},
            {"url": "https://example.com/dam", "fact": "Its builder, Tramont, was fined for the noise."},
        ],
    },
    {
        "query": "Which violinist bought the lighthouse of Skagen?",
        "answer": "Insufficient information.",
        "question_type": "null_query",
        "evidence_list": [],
    },
]


def write(folder: Path) -> Path:
    """Write the sets below a folder."""
    for name in ("realtimeqa", "multihop_rag", "squad2"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "realtimeqa" / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in NEWS)
    questions = "\n".join(json.dumps(record) for record in QUIZ)
    (folder / "realtimeqa" / "questions.jsonl").write_text(questions + "\n", "utf-8")
    (folder / "multihop_rag" / "articles.json").write_text(json.dumps(HOPS), "utf-8")
    (folder / "multihop_rag" / "queries.json").write_text(json.dumps(QUERIES), "utf-8")
    (folder / "squad2" / "dev-quarter.json").write_text(json.dumps(PAGES), "utf-8")
    return folder
