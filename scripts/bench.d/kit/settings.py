"""settings.py URL FILE: writes the kit's own configuration with this address of a model into FILE."""

import sys
from pathlib import Path

import synthetic_data_kit
import yaml

url, path = sys.argv[1:]
settings = yaml.safe_load((Path(synthetic_data_kit.__file__).parent / "config.yaml").read_text(encoding="utf-8"))
settings["llm"] = {"provider": "api-endpoint"}
settings["api-endpoint"].update(api_base=url, api_key="none", model="stub")
settings["generation"]["batch_size"] = 32
Path(path).write_text(yaml.safe_dump(settings), encoding="utf-8")
