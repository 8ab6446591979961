#!/usr/bin/env python3
"""What `clew config show` tells of the settings."""
from support.program import TempFolder, main


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


if __name__ == "__main__":
    main()
