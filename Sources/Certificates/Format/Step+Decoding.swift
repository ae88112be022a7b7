internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

extension Step {
  /// Reads a step as it stands in a certificate.
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    unit = try reader.takeUnit("unit")
    side = try Side(&reader)
    if let leaf = reader.takeIfPresent("leaf") {
      proof = .lemma(try Leaf(json: leaf, path: "\(path).leaf", mayHaveClaim: false))
    } else {
      let bound = try reader.takeValue("bound")
      proof = .tree(
        bound: bound,
        nodes: try reader.takeList(
          "tree", atMost: Certificate.maximumCounts.nodes, of: TreeNode.init))
    }
    try reader.finish()
  }
}

extension Side {
  /// Reads a side.
  init(json: JSONValue, path: String) throws(JSONError) {
    let name = try json.asString(path: path)
    guard let side = Side(rawValue: name) else {
      throw JSONError(place: path, reason: "expected upper or lower, found \(name)")
    }
    self = side
  }

  /// Takes the member `side`.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    try self.init(json: reader.take("side"), path: "\(reader.path).side")
  }
}

extension TreeNode {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    if let leaf = reader.takeIfPresent("leaf") {
      self = .leaf(try Leaf(json: leaf, path: "\(path).leaf"))
    } else {
      self = .split(try reader.takeUnit("split"))
    }
    try reader.finish()
  }
}

extension Leaf {
  /// Reads a leaf; `mayHaveClaim` says whether it may have the member `m`.
  init(json: JSONValue, path: String, mayHaveClaim: Bool = true) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    units = try UnitMultipliers(json: reader.take("nu"), path: "\(path).nu")
    rows =
      try reader.takeIfPresent("lambda")?.list(path: "\(path).lambda") {
        value, path throws(JSONError) in
        let parts = try value.tuple(2, path: path)
        return RowMultiplier(
          row: try parts[0].asCount(path: "\(path)[0]"),
          value: try Dyadic(json: parts[1], path: "\(path)[1]"))
      } ?? []
    ball =
      try reader.takeIfPresent("mu").map { value throws(JSONError) in
        try Dyadic(json: value, path: "\(path).mu")
      } ?? .zero
    claim =
      mayHaveClaim
      ? try reader.takeIfPresent("m").map { value throws(JSONError) in
        try Dyadic(json: value, path: "\(path).m")
      } ?? .one
      : .one
    try reader.finish()
  }
}
