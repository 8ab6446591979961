#!/usr/bin/env python3
"""What `clew config show` tells of the settings."""
from support.program import DATA_ERROR, TempFolder, main


class Shown(TempFolder):
    def test_no_name_touches_its_value(self):
        clew = self.ledger()
        settings = clew.json("config", "show")["settings"]
        rows = [line.split() for line in clew.text("config", "show").splitlines()]
        self.assertEqual([row[:2] for row in rows],
                         [[name, one["value"] or "-"] for name, one in settings.items()])

    def test_urls_without_their_secrets(self):
        given = {"CLEW_TRON_URL": "https://me:canary@tron.example:8090/canary?canary",
                 "CLEW_SANCTIONS_URL": "canary"}
        clew = self.ledger()
        settings = clew.json("config", "show", env=given)["settings"]
        self.assertEqual(settings["tron-url"], {"value": "https://tron.example:8090/...",
                                                "from": "environment CLEW_TRON_URL"})
        self.assertNotIn("canary", str(settings))
        shown = clew.text("config", "show", env=given)
        self.assertIn("https://tron.example:8090/...", shown)
        self.assertNotIn("canary", shown)


class DotEnv(TempFolder):
    """A .env file in the folder where the program starts."""

    def write(self, *lines, end="\n"):
        (self.folder / ".env").write_text("".join(line + end for line in lines), newline="")

    def read(self, line, **how):
        self.write("# first", "", line, **how)
        settings = self.ledger().json("config", "show", cwd=self.folder, env={})["settings"]
        return settings["log-file"]["value"]

    def test_values(self):
        for text, value in (("a b", "a b"), ("  a  ", "a"), ("", ""), ("a # c", "a"),
                            ("a\t# c", "a"), ("a#b", "a#b"), ("#a", "#a"), (" # c", ""),
                            ('"a b"', "a b"), ("'a b'", "a b"), (' "a" ', "a"), ('""', ""),
                            ('"quoted value" # trailing comment', "quoted value"),
                            ("'a' # it's", "a"), ('"a"# c', "a"), ('"a # b"', "a # b"),
                            ("'a\"b'", 'a"b'), ('" a "', " a "), ("it's", "it's"),
                            ('a "b"', 'a "b"'), ("a=b", "a=b"), (r'"a\n"', r"a\n")):
            with self.subTest(text):
                self.assertEqual(self.read("CLEW_SERVE_LOG_FILE=" + text), value)
                self.assertEqual(self.read("export CLEW_SERVE_LOG_FILE =" + text, end="\r\n"),
                                 value)

    def test_what_is_no_value(self):
        for line in ('CLEW_TRON_API_KEY="canary', "CLEW_TRON_API_KEY='canary\"",
                     'CLEW_TRON_API_KEY="canary" canary', 'CLEW_TRON_API_KEY="canary"canary"',
                     "CLEW_TRON_API_KEY canary", "CLEW TRON=canary"):
            self.write("# first", line)
            said = self.ledger().error("config", "show", code=DATA_ERROR, cwd=self.folder)
            self.assertIn(".env:2: ", said)
            self.assertNotIn("canary", said)

    def test_lines_of_others_are_theirs(self):
        self.assertEqual(self.read('OTHER="a" b\nCLEW_SERVE_LOG_FILE=mine'), "mine")


if __name__ == "__main__":
    main()
