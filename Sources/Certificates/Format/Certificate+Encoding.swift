package import ExactArithmetic
public import NeuralNetwork
public import StrictJSON

extension Certificate {
  /// The certificate as JSON, in the member order of the format document.
  public var json: JSONValue {
    var members = [
      JSONMember(key: "format", value: .string(Self.format)),
      JSONMember(key: "version", value: .integer(Self.version)),
      JSONMember(key: "producer", value: .string(producer)),
      JSONMember(key: "model", value: model.json),
      JSONMember(key: "domain", value: domain.json),
      JSONMember(key: "points", value: .array(points.map { .array($0.map(\.json)) })),
      JSONMember(key: "member", value: member.map(JSONValue.integer) ?? .null),
    ]
    if let boxes { members.append(JSONMember(key: "boxes", value: boxes.json)) }
    members += [
      JSONMember(key: "steps", value: .array(steps.map(\.json))),
      JSONMember(key: "verdicts", value: .array(verdicts.map(\.json))),
      JSONMember(key: "regions", value: regions?.json ?? .null),
      JSONMember(key: "pruning", value: pruning?.json ?? .null),
    ]
    return .object(members)
  }

  /// The document, always the same bytes for the same certificate.
  public var encoded: [UInt8] { JSONWriter.write(json) }
}

extension ModelBinding {
  var json: JSONValue {
    .members(("files", .array(files.map(\.json))), ("network", .string(networkDigest)))
  }
}

extension FileDigest {
  var json: JSONValue { .members(("name", .string(name)), ("sha256", .string(sha256))) }
}

extension Dyadic {
  /// The canonical spelling as a JSON string.
  package var json: JSONValue { .string(description) }
}

extension UnitID {
  var json: JSONValue { .array([.integer(layer), .integer(index)]) }
}

extension Double {
  /// The number as a value.
  var json: JSONValue { Dyadic(self).json }
}

extension InputDomain {
  /// The domain as it stands in a certificate.
  public var json: JSONValue {
    .members(
      ("lower", .array(box.lower.map(\.json))),
      ("upper", .array(box.upper.map(\.json))),
      ("rows", .array(rows.map(\.json))),
      (
        "ball",
        ball.map { ball in
          .members(("center", .array(ball.center.map(\.json))), ("radius", ball.radius.json))
        } ?? .null
      ))
  }
}

extension LinearRow {
  fileprivate var json: JSONValue {
    let terms = terms.map { JSONValue.array([.integer($0.input), $0.coefficient.json]) }
    return .members(("terms", .array(terms)), ("bound", bound.json))
  }
}

extension Step {
  /// The step as it stands in a document.
  var json: JSONValue {
    var members = [
      JSONMember(key: "unit", value: unit.json),
      JSONMember(key: "side", value: .string(side.rawValue)),
    ]
    switch proof {
    case .lemma(let leaf): members.append(JSONMember(key: "leaf", value: leaf.json))
    case .tree(let bound, let nodes):
      members.append(JSONMember(key: "bound", value: bound.json))
      members.append(JSONMember(key: "tree", value: .array(nodes.map(\.json))))
    }
    return .object(members)
  }
}

extension TreeNode {
  fileprivate var json: JSONValue {
    switch self {
    case .split(let unit): .members(("split", unit.json))
    case .leaf(let leaf): .members(("leaf", leaf.json))
    }
  }
}

extension Leaf {
  /// The leaf as it stands in a document.
  var json: JSONValue { json(units: units.json) }

  /// The leaf as it stands in a line.
  var packedJSON: JSONValue { json(units: units.packedJSON) }

  private func json(units: JSONValue) -> JSONValue {
    var members = [JSONMember(key: "nu", value: units)]
    if !rows.isEmpty {
      let lambda = rows.map { JSONValue.array([.integer($0.row), $0.value.json]) }
      members.append(JSONMember(key: "lambda", value: .array(lambda)))
    }
    if !ball.isZero { members.append(JSONMember(key: "mu", value: ball.json)) }
    if claim != .one { members.append(JSONMember(key: "m", value: claim.json)) }
    return .object(members)
  }
}

extension Verdict {
  var json: JSONValue {
    var members = [
      JSONMember(key: "unit", value: unit.json),
      JSONMember(key: "stability", value: .string(stability.rawValue)),
      JSONMember(key: "lower", value: bounds.lower.json),
      JSONMember(key: "upper", value: bounds.upper.json),
      JSONMember(key: "settledBy", value: .string(settledBy)),
    ]
    if let constant { members.append(JSONMember(key: "constant", value: constant.json)) }
    if let positive { members.append(JSONMember(key: "positive", value: .integer(positive))) }
    if let negative { members.append(JSONMember(key: "negative", value: .integer(negative))) }
    if let limit { members.append(JSONMember(key: "limit", value: .string(limit))) }
    if floatSafe { members.append(JSONMember(key: "floatSafe", value: .bool(true))) }
    return .object(members)
  }
}
