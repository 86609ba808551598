"""People to put words in the mouths of: names from many countries, roles as news gives them."""

import random
from dataclasses import dataclass

_FIRST = """Maria Elena Tomas Anders Aisha Daniel Yuki Rahul Fatima Lars Ingrid Pablo Hassan Leila Viktor Olga Grace Samuel
    Chen Mei Joao Clara Emeka Ngozi Patrick Sinead Dmitri Irina Kofi Amara Luca Giulia Pierre Camille Stefan Katrin
    Mehmet Zeynep Omar Nadia Raj Priya Hiroshi Akiko Min-jun Ji-woo Andrei Ana Carlos Lucia Thomas Emma Robert Helen
    Michael Susan David Linda James Karen Peter Laura Mark Julia Simon Rachel Ahmed Salma Tariq Noor Ivan Petra Jan
    Eva Erik Sofia Marek Hanna""".split()  # noqa: SIM905 - a list of this length reads better as prose
_LAST = """Almeida Okafor Lindqvist Haddad Novak Petersen Moreau Tanaka Banerjee Kowalski Ferrari Schneider Demir Osei
    Mensah Ramirez Castillo Nguyen Tran Park Kim Suzuki Watanabe Iyer Chaudhry Rahmani Farouk Nasser Cohen Levi
    Johansson Virtanen Nielsen De-Vries Janssen Dubois Lefevre Romano Conti Keller Weber Fischer Horvat Popescu
    Ionescu Dimitrov Papadakis Kaya Aydin Sokolov Baranov Zaitsev Melnyk Bondarenko Kovalenko Mwangi Otieno Diallo
    Traore Abebe Tesfaye Silva Pereira Gutierrez Vargas Morales Walker Thompson Bennett Hughes Griffiths McCarthy
    Byrne O’Connor Campbell Fraser Whitfield Harrington Ellison Prescott Wu Zhao Huang Sun Fang Rossi Berg Dahl""".split()  # noqa: SIM905 - a list of this length reads better as prose
_ROLES = """analyst|political analyst|economist|historian|spokesman|spokeswoman|minister|professor|researcher|diplomat|senior official|
former adviser|director|expert|military expert|lawyer|campaigner|mayor|senator|ambassador|scientist|chief executive|engineer|
political scientist|deputy head|union leader|former minister|commentator""".replace("\n", "").split("|")
_PLACES = """the University of Oslo|the Institute for Policy Studies|the ministry|the central bank|the city council|the party|
the commission|a think tank in Warsaw|the agency|the museum|the company|the association|the foundation|the national academy""".replace(
    "\n", ""
).split("|")


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    role: str

    @property
    def last(self) -> str:
        return self.name.split()[-1]


def speaker(rng: random.Random) -> Speaker:
    """Somebody made up, about every third one with a place of work."""
    role = rng.choice(_ROLES)
    if rng.random() < 0.35:
        role += f" at {rng.choice(_PLACES)}" if rng.random() < 0.7 else f" of {rng.choice(_PLACES)}"
    return Speaker(f"{rng.choice(_FIRST)} {rng.choice(_LAST)}", role)
