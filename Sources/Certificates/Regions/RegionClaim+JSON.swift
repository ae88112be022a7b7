internal import ExactArithmetic
internal import NeuralNetwork
package import StrictJSON

extension RegionClaim {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    layerCount = try reader.takeCount("layers")
    counts = try Self.counts(json: reader.take("counts"), path: "\(path).counts")
    nodes = try reader.takeList("tree", atMost: Int.max, of: RegionNode.init(json:path:))
    if let last = nodes.last, !last.isPoint {
      throw JSONError(place: "\(path).tree", reason: "expected a point at its end")
    }
    try reader.finish()
  }

  /// Reads one list of counts per part.
  static func counts(json: JSONValue, path: String) throws(JSONError) -> [[Int]] {
    try json.list(path: path) { value, path throws(JSONError) in
      try value.list(path: path) { value, path throws(JSONError) in
        try value.asCount(path: path)
      }
    }
  }

  /// One list of counts per part.
  static func json(counts: [[Int]]) -> JSONValue {
    .array(counts.map { .array($0.map(JSONValue.integer)) })
  }

  /// The claim as it stands in a document.
  var json: JSONValue {
    .members(
      ("layers", .integer(layerCount)), ("counts", Self.json(counts: counts)),
      ("tree", .array(nodes.map(\.json))))
  }
}

extension RegionNode {
  package init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    if let point = reader.takeIfPresent("point") {
      self = .point(try point.list(path: "\(path).point", of: Dyadic.init(json:path:)))
    } else if let unit = reader.takeIfPresent("split") {
      self = .split(try UnitID(json: unit, path: "\(path).split"))
    } else if let unit = reader.takeIfPresent("zero") {
      self = .zero(
        try UnitID(json: unit, path: "\(path).zero"),
        upper: try Leaf(json: reader.take("upper"), path: "\(path).upper"),
        lower: try Leaf(json: reader.take("lower"), path: "\(path).lower"))
    } else {
      let name = try reader.takeString("empty")
      guard let side = RegionSide(rawValue: name) else {
        throw JSONError(place: "\(path).empty", reason: "expected on or off, found \(name)")
      }
      let unit = try reader.takeUnit("unit")
      self = .empty(side, unit, try Leaf(json: reader.take("leaf"), path: "\(path).leaf"))
    }
    try reader.finish()
  }

  /// The node as it stands in a document.
  var json: JSONValue { json { $0.json } }

  /// The node as it stands in a line, with packed multipliers.
  package var packedJSON: JSONValue { json { $0.packedJSON } }

  private func json(leaf encode: (Leaf) -> JSONValue) -> JSONValue {
    switch self {
    case .split(let unit): .members(("split", unit.json))
    case .empty(let side, let unit, let leaf):
      .members(("empty", .string(side.rawValue)), ("unit", unit.json), ("leaf", encode(leaf)))
    case .zero(let unit, let upper, let lower):
      .members(("zero", unit.json), ("upper", encode(upper)), ("lower", encode(lower)))
    case .point(let point): .members(("point", .array(point.map(\.json))))
    }
  }
}
