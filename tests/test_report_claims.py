"""The page of the claims book says what claims.json says, to anyone, without a network, and escapes what it quotes."""

import json
from dataclasses import replace

import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.base.interval import HOW
from parecon.claims.book import judged
from parecon.claims.claim import Claim, Judgement
from parecon.report.claims import write_claims
from parecon.report.dots import dots
from parecon.report.figures import even_axis
from parecon.report.numbers import MINUS, THIN
from parecon.report.style import Space
from test_report import LOADS, Page

HOSTILE = '<script>alert("x")</script> & "quoted"'


def says(verdict, sentence):
    return lambda _: Judgement(verdict, sentence)


PLAIN = Claim("U1", "used goods find a new home", "A made-up book, 1 May 2020, section 2", "Less is thrown away.",
              "Twenty towns were simulated.", "goods thrown away", "share of all", 0.25, "more is thrown away", 20,
              lambda seed: {"value": 0.1 + seed % 7 / 100, "loss_of_worth_percent": -1.5},
              says("holds", "Of all goods 13 % are thrown away. The loss is -1.5 %."))
FAILING = replace(PLAIN, id="U2", quote=HOSTILE, remarks=HOSTILE, unit="years", threshold=10_000.0, measure=HOSTILE,
                  judge=says("fails", f"It takes years: {HOSTILE}."))
CONDITIONAL = replace(PLAIN, id="U3", threshold=0.13, source="Another, 2021",
                      judge=says("holds only if", "It holds only if it rains."))


def write(folder, *some, **more):
    folder.mkdir(exist_ok=True)
    entries = [judged(claim, [claim.measured(seed) for seed in range(1, 21)], 1, 2.0) for claim in some]
    told = {"kind": "claims", "parecon": "0.1.0", "seed": 1, "interval": HOW, "claims": entries} | more
    (folder / "claims.json").write_text(json.dumps(told))
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("claims"), PLAIN, FAILING, CONDITIONAL)
    return Page(write_claims(folder).read_text(encoding="utf-8"))


def flat(words):
    return " ".join(words.replace(THIN, " ").split())


def test_the_page_is_well_formed_and_loads_nothing(page):
    assert page.open == []
    assert not [value for _, attributes in page.elements for name, value in attributes.items()
                if name in LOADS and not value.startswith("#")]
    assert not [tag for tag, _ in page.elements if tag in {"script", "link", "iframe", "object"}]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"][1:] for tag, attributes in page.elements if tag == "a"]
    assert links == ["U1", "U3", "U2"]
    assert set(links) <= set(ids)


def test_the_opening_counts_what_came_out(page):
    assert page.headings[0] == "3 claims tried: 1 holds, 1 holds only under a condition, 1 fails"
    assert "The sentences are from: A made-up book, 1 May 2020; Another, 2021." in flat(page.words)


def test_a_glance_says_each_claim_in_a_sentence_by_verdict(page):
    words = flat(page.words)
    glance = words[words.index("At a glance"):words.index("Measured against")]
    said = ("Hold", "U1", "Of all goods 13 % are thrown away.", "◐", "U3", "○", "U2")
    places = [glance.index(words) for words in said]
    assert places == sorted(places)
    assert "The loss is" not in glance


def test_figures_stand_with_interval_threshold_and_unit(page):
    rows = {row[0]: [flat(cell) for cell in row[1:7]] for row in page.table("Mean over all runs")[1:]}
    low, high = (float(end.removesuffix(" %")) for end in rows["U1"][2].split(" to "))
    mean = 100 * np.mean([PLAIN.measured(seed)["value"] for seed in range(1, 21)])
    assert float(rows["U1"][1].removesuffix(" %")) == pytest.approx(mean, rel=1e-2)
    assert low < mean < high
    assert rows["U1"][3:] == ["25 %", "of all", "20"]
    assert rows["U2"][3:] == ["10 000", "years", "20"]


def test_each_claim_tells_all_of_it(page):
    words = flat(page.words)
    section = words[words.index("Claim U1"):words.index("Claim U2")]
    told = ("“used goods find a new home”", PLAIN.source, PLAIN.hypothesis, PLAIN.experiment, "Goods thrown away",
            "25 % of all", "More is thrown away", f"The loss is {MINUS}1.5 %.", "threshold 25 %", "seeds 1 to 20",
            "loss of worth (%)", "parecon claims U1")
    assert [said for said in told if said not in section] == []


def test_what_comes_from_a_claim_is_escaped(page):
    assert "<script" not in page.html
    assert page.html.count("&lt;script&gt;") >= 4


def test_a_figure_is_drawn_for_a_desk_and_for_a_phone(page):
    images = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert len(images) == 6
    assert all("threshold" in image["aria-label"] for image in images)


@pytest.mark.parametrize(("values", "threshold"), [
    ([0.0] * 20, 1e-9), ([0.0] * 20, 0.0), ([5.0] * 300, 5.0), (list(range(1000)), -1e6), ([-3.0, 2e9], 1.0)])
def test_all_dots_stand_inside_the_figure_whatever_the_runs(values, threshold):
    axis = even_axis("value", [*values, threshold], percent=False, zero=False, room=0.05)
    for space in (Space(500, narrow=False), Space(250, narrow=True)):
        chart = dots(values, (1.0, 0.5, 1.5), threshold, "threshold", axis)(space).to_dict(validate=False)
        rows = json.loads(chart["layer"][2]["data"]["values"])
        top = chart["layer"][2]["encoding"]["y"]["scale"]["domain"][1]
        assert len(rows) == len(values)
        assert all(0 < row["height"] < top <= 300 for row in rows)
        assert all(0 <= axis.position(row["value"]) <= 1 for row in rows)


def test_one_claim_is_its_own_headline(tmp_path):
    page = Page(write_claims(write(tmp_path / "one", CONDITIONAL)).read_text(encoding="utf-8"))
    assert page.headings[0] == "Claim U3 holds only under a condition"


@pytest.mark.parametrize(("content", "said"), [
    (None, "claims.json: found no such file"), ("{", "the whole file"), ("[]", "claims: found nothing"),
    ('{"claims": [{"id": "U1"}]}', "claims[0]: found no quote"), ('{"claims": [3]}', "claims[0]: found no id")])
def test_a_folder_without_claims_is_refused_in_one_line(content, said, tmp_path):
    if content is not None:
        (tmp_path / "claims.json").write_text(content)
    with pytest.raises(BadInput) as refused:
        write_claims(tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
