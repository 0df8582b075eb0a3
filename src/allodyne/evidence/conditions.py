"""The conditions that findings name, in words."""

from __future__ import annotations

from collections.abc import Mapping

CONDITIONS: Mapping[str, str] = {
    "naive": "no lesion",
    "cci": "chronic constriction injury",
    "snl": "spinal nerve ligation",
    "sni": "spared nerve injury",
    "psnl": "partial sciatic nerve ligation",
    "snt": "spinal nerve transection",
    "crush": "nerve crush",
    "transection": "nerve transection",
    "stz": "streptozotocin diabetes",
    "diabetic": "diabetes",
    "paclitaxel": "paclitaxel neuropathy",
    "oxaliplatin": "oxaliplatin neuropathy",
    "cisplatin": "cisplatin neuropathy",
    "vincristine": "vincristine neuropathy",
    "sci": "spinal cord injury",
    "eae": "experimental autoimmune encephalomyelitis",
    "ms": "multiple sclerosis",
    "dpn": "diabetic peripheral neuropathy",
    "cipn": "chemotherapy-induced peripheral neuropathy",
    "phn": "postherpetic neuralgia",
    "herpes_zoster": "herpes zoster",
    "crps": "complex regional pain syndrome",
    "phantom": "phantom limb pain",
    "trigeminal": "trigeminal neuralgia",
    "central": "central pain",
    "fibromyalgia": "fibromyalgia",
    "carpal_tunnel": "carpal tunnel syndrome",
    "neuropathic_mixed": "neuropathic pain of several causes",
    "inflammatory": "inflammatory pain",
    "other": "another condition",
}
"""What each condition of ``data/SCHEMA.md`` stands for."""
