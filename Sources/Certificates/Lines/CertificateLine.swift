internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// What one line of a certificate in lines says.
///
/// - Source: `docs/certificate-format.md`, section 13.
enum CertificateLine {
  /// The name of the form.
  static let format = "espalier-certificate-lines"

  case head(CertificateHead)
  /// What boxes prove; the boxes follow.
  case boxes([BoxTarget])
  /// Cuts, each into its lower part, and a box at the end.
  case box(cuts: [BoxCut])
  case lemma(UnitID, Side, Leaf)
  /// The beginning of a tree; its branches follow.
  case tree(UnitID, Side, bound: Dyadic)
  /// Splits, each into its off branch, and the leaf at the end.
  case branch(splits: [UnitID], leaf: Leaf)
  case point([Dyadic])
  case verdict(Verdict)
  /// The number of layers whose regions are counted; cells follow.
  case regions(layerCount: Int)
  /// Nodes of a region tree, the last of which is a point.
  case cell([RegionNode])
  /// The regions of each part after 1, 2, … layers.
  case counts([[Int]])
  case pruning(Pruning)
  /// The number of lines before this one.
  case end(Int)
}

extension CertificateLine {
  /// Reads the object of a line, its envelope included.
  init(decoding bytes: [UInt8]) throws(JSONError) {
    var reader = try JSONObjectReader(try JSONParser.parse(bytes), path: "$")
    _ = try reader.take("sum")
    _ = try reader.take("of")
    self = try Self.line(&reader)
    try reader.finish()
  }

  private static func line(_ reader: inout JSONObjectReader) throws(JSONError) -> CertificateLine {
    if let line = try boxLine(&reader) { return line }
    if let value = reader.takeIfPresent("splits") {
      let splits = try value.list(path: "$.splits", of: UnitID.init(json:path:))
      return .branch(splits: splits, leaf: try Leaf(json: reader.take("leaf"), path: "$.leaf"))
    }
    if let point = reader.takeIfPresent("point") {
      return .point(try point.list(path: "$.point", of: Dyadic.init(json:path:)))
    }
    if let verdict = reader.takeIfPresent("verdict") {
      return .verdict(try Verdict(json: verdict, path: "$.verdict"))
    }
    if let line = try regionLine(&reader) { return line }
    if let pruning = reader.takeIfPresent("pruning") {
      return .pruning(try Pruning(json: pruning, path: "$.pruning"))
    }
    if let end = reader.takeIfPresent("end") { return .end(try end.asCount(path: "$.end")) }
    if let format = reader.takeIfPresent("format") {
      return .head(try CertificateHead(json: format, &reader))
    }
    let (unit, side) = (try reader.takeUnit("unit"), try Side(&reader))
    if let bound = reader.takeIfPresent("bound") {
      return .tree(unit, side, bound: try Dyadic(json: bound, path: "$.bound"))
    }
    let leaf = try reader.take("leaf")
    return .lemma(unit, side, try Leaf(json: leaf, path: "$.leaf", mayHaveClaim: false))
  }

  private static func boxLine(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> CertificateLine? {
    if let cuts = reader.takeIfPresent("cuts") {
      return .box(cuts: try cuts.list(path: "$.cuts", of: BoxCut.init(json:path:)))
    }
    return try reader.takeIfPresent("boxes").map { targets throws(JSONError) in
      .boxes(try targets.list(path: "$.boxes", of: BoxTarget.init(json:path:)))
    }
  }

  private static func regionLine(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> CertificateLine? {
    if let cell = reader.takeIfPresent("cell") {
      let nodes = try cell.list(path: "$.cell", of: RegionNode.init(json:path:))
      let ends = nodes.indices.filter { nodes[$0].isPoint }
      guard ends == [nodes.count - 1] else {
        throw JSONError(place: "$.cell", reason: "expected nodes of which only the last is a point")
      }
      return .cell(nodes)
    }
    if let layers = reader.takeIfPresent("regions") {
      return .regions(layerCount: try layers.asCount(path: "$.regions"))
    }
    return try reader.takeIfPresent("counts").map { counts throws(JSONError) in
      .counts(try RegionClaim.counts(json: counts, path: "$.counts"))
    }
  }

  /// The members of the line besides its envelope.
  var members: [JSONMember] {
    switch self {
    case .head(let head): head.members
    case .boxes(let targets):
      [JSONMember(key: "boxes", value: .array(targets.map(\.json)))]
    case .box(let cuts): [JSONMember(key: "cuts", value: .array(cuts.map(\.json)))]
    case .lemma(let unit, let side, let leaf):
      [
        JSONMember(key: "unit", value: unit.json),
        JSONMember(key: "side", value: .string(side.rawValue)),
        JSONMember(key: "leaf", value: leaf.packedJSON),
      ]
    case .tree(let unit, let side, let bound):
      [
        JSONMember(key: "unit", value: unit.json),
        JSONMember(key: "side", value: .string(side.rawValue)),
        JSONMember(key: "bound", value: bound.json),
      ]
    case .branch(let splits, let leaf):
      [
        JSONMember(key: "splits", value: .array(splits.map(\.json))),
        JSONMember(key: "leaf", value: leaf.packedJSON),
      ]
    case .point(let point): [JSONMember(key: "point", value: .array(point.map(\.json)))]
    case .verdict(let verdict): [JSONMember(key: "verdict", value: verdict.json)]
    case .regions(let count): [JSONMember(key: "regions", value: .integer(count))]
    case .cell(let nodes): [JSONMember(key: "cell", value: .array(nodes.map(\.packedJSON)))]
    case .counts(let counts): [JSONMember(key: "counts", value: RegionClaim.json(counts: counts))]
    case .pruning(let pruning): [JSONMember(key: "pruning", value: pruning.json)]
    case .end(let count): [JSONMember(key: "end", value: .integer(count))]
    }
  }
}

extension CertificateHead {
  fileprivate init(
    json format: JSONValue, _ reader: inout JSONObjectReader
  ) throws(JSONError) {
    let name = try format.asString(path: "$.format")
    guard name == CertificateLine.format else {
      throw JSONError(
        place: "$.format", reason: "expected \(CertificateLine.format), found \(name)")
    }
    try self.init(versioned: &reader)
  }

  fileprivate var members: [JSONMember] {
    [
      JSONMember(key: "format", value: .string(CertificateLine.format)),
      JSONMember(key: "version", value: .integer(Certificate.version)),
      JSONMember(key: "producer", value: .string(producer)),
      JSONMember(key: "model", value: model.json),
      JSONMember(key: "domain", value: domain.json),
      JSONMember(key: "member", value: member.map(JSONValue.integer) ?? .null),
    ]
  }
}
