"""Runs in the environment of the peers: lines of JSON in, lines of JSON out; knows nothing of this product.

.bench/peers/bin/python benchmarks/peer_worker.py presidio | markitdown
"""

import io
import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def presidio() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """{"text"} → {"found": [[kind, value], …]}: Presidio's own recognisers for Japanese, names and places by GiNZA (ja_ginza)."""
    import tldextract  # noqa: PLC0415 - installed here alone
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer import predefined_recognizers as ready  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415

    # Without the network, and with the suffix that all invented addresses have.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), extra_suffixes=("example",), cache_dir=None)
    models = [{"lang_code": "ja", "model_name": "ja_ginza"}]
    names = {
        "Person": "PERSON",
        "Province": "LOCATION",
        "City": "LOCATION",
        "County": "LOCATION",
        "Postal_Address": "LOCATION",
    }
    labels = {"model_to_presidio_entity_mapping": names, "labels_to_ignore": [], "low_confidence_score_multiplier": 1.0}
    settings = {"nlp_engine_name": "spacy", "models": models, "ner_model_configuration": labels}
    engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
    registry = RecognizerRegistry(supported_languages=["ja"])
    regions = ("JP", "US", "GB", "DE", "FR", "ES", "IT", "KR", "TW", "CN", "SG", "AU", "IN")
    registry.add_recognizer(ready.SpacyRecognizer(supported_language="ja", supported_entities=["PERSON", "LOCATION"]))
    registry.add_recognizer(ready.PhoneRecognizer(supported_language="ja", supported_regions=regions))
    for one in (ready.EmailRecognizer, ready.CreditCardRecognizer, ready.IbanRecognizer, ready.UsSsnRecognizer):
        registry.add_recognizer(one(supported_language="ja"))
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["ja"])

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        text = asked["text"]
        found = analyzer.analyze(text=text, language="ja", score_threshold=0.35)
        return {"found": [[one.entity_type, text[one.start : one.end]] for one in found]}

    return answer


def markitdown() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """{"path"} → {"text"}: markitdown's own choice of a reader; {"error"} where it gives up."""
    from markitdown import MarkItDown, StreamInfo  # noqa: PLC0415 - installed here alone

    reader = MarkItDown()

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        path = Path(asked["path"])
        info = StreamInfo(extension=path.suffix, filename=path.name)
        return {"text": reader.convert_stream(io.BytesIO(path.read_bytes()), stream_info=info).text_content}

    return answer


def main() -> None:
    """Answer until the input ends; what a peer raises is its answer."""
    logging.disable(logging.CRITICAL)
    out, sys.stdout = sys.stdout, sys.stderr
    answer = {"presidio": presidio, "markitdown": markitdown}[sys.argv[1]]()
    for line in sys.stdin:
        start = time.process_time()
        try:
            said = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to a peer
            said = {"error": type(error).__name__}
        out.write(json.dumps({**said, "seconds": time.process_time() - start}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
