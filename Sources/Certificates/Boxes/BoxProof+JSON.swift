internal import NeuralNetwork
internal import StrictJSON

extension BoxProof {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    targets = try reader.take("targets").list(
      path: "\(path).targets", of: BoxTarget.init(json:path:))
    nodes = try reader.takeList(
      "tree", atMost: Certificate.maximumCounts.nodes, of: BoxNode.init(json:path:))
    try reader.finish()
  }

  /// The proof as it stands in a document.
  var json: JSONValue {
    .members(("targets", .array(targets.map(\.json))), ("tree", .array(nodes.map(\.json))))
  }
}

extension BoxTarget {
  /// Reads `[layer, index, side]`.
  init(json: JSONValue, path: String) throws(JSONError) {
    let parts = try json.tuple(3, path: path)
    let layer = try parts[0].asCount(path: "\(path)[0]")
    unit = UnitID(layer: layer, index: try parts[1].asCount(path: "\(path)[1]"))
    side = try Side(json: parts[2], path: "\(path)[2]")
  }

  /// `[layer, index, side]`.
  var json: JSONValue {
    .array([.integer(unit.layer), .integer(unit.index), .string(side.rawValue)])
  }
}

extension BoxNode {
  private static let boxName = "box"

  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    if case .string(let name) = json {
      guard name == Self.boxName else {
        throw JSONError(place: path, reason: "expected a cut or \(Self.boxName), found \(name)")
      }
      self = .box
      return
    }
    var reader = try JSONObjectReader(json, path: path)
    self = .cut(try BoxCut(json: reader.take("cut"), path: "\(path).cut"))
    try reader.finish()
  }

  fileprivate var json: JSONValue {
    switch self {
    case .cut(let cut): .members(("cut", cut.json))
    case .box: .string(Self.boxName)
    }
  }
}

extension BoxCut {
  /// Reads `[input, value]`.
  init(json: JSONValue, path: String) throws(JSONError) {
    let parts = try json.tuple(2, path: path)
    input = try parts[0].asCount(path: "\(path)[0]")
    value = try Double(json: parts[1], path: "\(path)[1]")
  }

  /// `[input, value]`.
  var json: JSONValue { .array([.integer(input), value.json]) }
}
