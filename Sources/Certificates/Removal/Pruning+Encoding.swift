internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

extension Pruning {
  /// The pruning as it stands in a document.
  var json: JSONValue {
    let layers = kept.map { layer in
      JSONValue.members(
        ("layer", .integer(layer.layer)), ("units", .array(layer.units.map(JSONValue.integer))))
    }
    return .members(
      ("rewrites", .array(rewrites.map(\.json))),
      ("kept", .array(layers)),
      ("difference", list(difference)),
      ("floatDifference", floatDifference.map(list) ?? .null),
      ("argmax", argmax?.json ?? .null),
      ("result", .members(("file", file.json), ("network", .string(networkDigest)))))
  }
}

private func list(_ numbers: [Dyadic]) -> JSONValue { .array(numbers.map(\.json)) }

extension Pruning.Argmax {
  fileprivate var json: JSONValue {
    .members(("class", .integer(outputClass)), ("leaves", .array(leaves.map(\.json))))
  }
}

extension Rewrite {
  fileprivate var json: JSONValue {
    switch self {
    case .removeInactive(let unit), .foldConstant(let unit), .removeUnread(let unit):
      .members(("rule", .string(rule)), ("unit", unit.json))
    case .addLinear(let unit, let shift):
      .members(("rule", .string(rule)), ("unit", unit.json), ("shift", shift.json))
    case .substitute(let substitution):
      .members(
        ("rule", .string(rule)), ("unit", substitution.unit.json),
        (
          "by",
          .array(substitution.terms.map { .array([.integer($0.index), $0.value.json]) })
        ), ("constant", substitution.constant.json))
    case .replaceLinear(let replacement):
      .members(
        ("rule", .string(rule)), ("layer", .integer(replacement.layer)),
        ("units", .array(replacement.units.map(JSONValue.integer))),
        ("by", replacement.form.json), ("shifts", list(replacement.shifts)))
    case .foldLayer(let layer), .makeConstant(let layer):
      .members(("rule", .string(rule)), ("layer", .integer(layer)))
    }
  }
}

extension LinearReplacement.Form {
  fileprivate var json: JSONValue {
    switch self {
    case .inputs: .string("inputs")
    case .rows(let rows, let mix):
      .members(
        ("rows", .array(rows.map(JSONValue.integer))),
        ("mix", .array(mix.map { .array([.integer($0.unit), list($0.weights)]) })))
    }
  }
}
