"""What is measured, by letters as in docs/benchmarks.md, and what is wanted of the tools."""

from dataclasses import dataclass, field

SCORE = ".score >= 7.5"
# Paths, comparisons and length: a filter can do these by itself, without a jq engine.
NESTED = "(.judge.score >= 5) and ((.answer|length) > 100)"
# An array wants the engine, but keys at fixed places spare it the rest of the row.
PROJECTED = (
    "([.scores.helpfulness, .scores.correctness] | add) > 12"
    ' and (.question | ascii_downcase | contains("memory"))'
)
REGEX = '(.question | test("memory|kernel")) and .score >= 5'
CHATML = '{messages: [{role: "user", content: .question}, {role: "assistant", content: .answer}]}'
UNIQUE = "foreach inputs as $row ({}; .[$row.question] |= (. == null); if .[$row.question] then $row else empty end)"
MILLER_CHATML = (
    'emit1 {"messages": [{"role": "user", "content": $question}, {"role": "assistant", "content": $answer}]}'
)

FILTER = ["sdk-filter", "-q", "-j", "1"]
FORMAT = ["sdk-format", "-q", "-j", "1"]
SCORE_GOALS = {"jq": (10, 20), "jaq": (5, 10), "duckdb": (4, 8), "polars": (4, 8), "orjson": (3, 6)}
SCORE_GOALS["wc"] = (1 / 3, 1 / 1.7)


def keeping(expression):
    """jq that does what the filter does."""
    return ["-c", f"select({expression})"]


@dataclass
class Task:
    """One job on one kind of data. Several commands of ours, or of jq, are stages of a pipe."""

    job: str
    name: str
    about: str
    ours: list
    jq: list
    miller: list = field(default_factory=list)
    data: str = "large"
    goals: dict = field(default_factory=dict)  # program → times its speed: ours must have, ours should have
    rate: tuple = ()  # MB per CPU second: must, should

    @property
    def is_pipe(self):
        return len(self.ours) > 1


TASKS = [
    Task(
        "a",
        "score",
        f"`{SCORE}`",
        [[*FILTER, SCORE]],
        [keeping(SCORE)],
        ["filter", "$score >= 7.5"],
        goals=SCORE_GOALS,
    ),
    Task("b", "nested", f"`{NESTED}`: no jq engine is needed", [[*FILTER, NESTED]], [keeping(NESTED)]),
    Task(
        "b",
        "projected",
        f"`{PROJECTED}`: a jq engine is needed, but only for three keys",
        [[*FILTER, PROJECTED]],
        [keeping(PROJECTED)],
        goals={"jaq": (3.5, 7)},
    ),
    Task("b", "regex", f"`{REGEX}`: the same with a regular expression", [[*FILTER, REGEX]], [keeping(REGEX)]),
    Task(
        "c",
        "chatml",
        "question and answer → chatml",
        [[*FORMAT, "chatml"]],
        [["-c", CHATML]],
        ["put", "-q", MILLER_CHATML],
        goals={"jq": (10, 20), "polars": (4, 8), "orjson": (4, 8)},
    ),
    Task(
        "d",
        "unique",
        "the first row of each `.question`",
        [[*FILTER, "--unique", ".question"]],
        [["-nc", UNIQUE]],
        ["head", "-n", "1", "-g", "question"],
        goals={"jq": (15, 30), "orjson": (3, 6)},
    ),
    Task(
        "e",
        "small",
        f"`{SCORE}` on short rows",
        [[*FILTER, SCORE]],
        [keeping(SCORE)],
        ["filter", "$score >= 7.5"],
        data="small",
        rate=(900, 2000),
    ),
    Task(
        "f",
        "pipe",
        f"`{SCORE}`, then chatml, as stages of a pipe behind `cat`",
        [[*FILTER, SCORE], [*FORMAT, "chatml"]],
        [keeping(SCORE), ["-c", CHATML]],
    ),
]
MEMORY_OF = ("score", "projected", "chatml", "unique")
MEMORY_GOAL = (16, 8)  # MiB: at most, better at most
HELP_GOAL = (10, 5)  # milliseconds
