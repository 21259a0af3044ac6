//! Which schemas a provider can hold a model to.

use super::super::schema::is_strict;
use super::*;

#[test]
fn strict_is_only_said_of_strict_schemas() {
    let open = |change: &dyn Fn(&mut Value)| {
        let mut schema = closed();
        change(&mut schema);
        is_strict(&schema)
    };
    assert!(open(&|_| ()));
    assert!(open(&|schema| schema["properties"]["q"] = closed()));
    assert!(open(&|schema| schema["properties"]["q"] = json!({"type": ["string", "null"]})));
    assert!(open(&|schema| schema["properties"]["q"] = json!({"enum": ["a", "b"]})));
    assert!(!open(&|schema| schema["additionalProperties"] = true.into()));
    assert!(!open(&|schema| schema["required"] = json!([])));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({})));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"type": "object"})));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"type": "array"})));
    assert!(!open(
        &|schema| schema["properties"]["q"] = json!({"type": "array", "items": {"type": "object"}})
    ));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"anyOf": [{"type": "string"}, {}]})));
    assert!(!open(&|schema| schema["oneOf"] = json!([])));
}
