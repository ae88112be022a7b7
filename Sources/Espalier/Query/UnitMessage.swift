public import Certificates
internal import ExactArithmetic
internal import MILP
public import NeuralNetwork
internal import StrictJSON

/// How queries and answers travel between processes.
///
/// Numbers keep every bit. Whatever arrives is checked for form here and for truth by the receiver.
public enum UnitMessage {
  /// The network and domain that all queries of a run are about.
  public static func setup(network: Network, domain: InputDomain) -> [UInt8] {
    let text = Array(JSONWriter.line(domain.json).utf8)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    return length + text + network.canonicalBytes
  }

  /// Reads a setup; nil if it is not one.
  public static func readSetup(_ bytes: [UInt8]) -> (network: Network, domain: InputDomain)? {
    guard bytes.count >= 8 else { return nil }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let count = Int(exactly: length), count <= bytes.count - 8,
      let network = Network(canonicalBytes: Array(bytes[(8 + count)...]))
    else { return nil }
    do throws(JSONError) {
      let json = try JSONParser.parse(Array(bytes[8..<8 + count]))
      return (network, try InputDomain(json: json, path: "$"))
    } catch {
      return nil
    }
  }

  /// A query with the intervals that it may rest on.
  public static func encode(_ query: UnitQuery, state: ProofState) -> [UInt8] {
    let intervals = state.intervals.map { layer in
      JSONValue.array(layer.flatMap { [$0.lower.json, $0.upper.json] })
    }
    let json = JSONValue.members(
      ("goal", .string(query.goal.rawValue)),
      ("layer", .integer(query.unit.layer)), ("unit", .integer(query.unit.index)),
      ("side", .string(query.side.rawValue)),
      ("engines", .array(query.engines.sorted().map { .string($0.rawValue) })),
      ("nodeLimit", .integer(query.nodeLimit)),
      ("seconds", query.seconds.map { Dyadic($0).json } ?? .null),
      ("member", query.member.map(values) ?? .null),
      ("floor", query.floor?.json ?? .null),
      ("intervals", .array(intervals)))
    return Array(JSONWriter.line(json).utf8)
  }

  /// Reads a query and the state that it rests on; nil if it is not one.
  public static func readQuery(
    _ bytes: [UInt8], network: ExactNetwork, domain: InputDomain
  ) -> (query: UnitQuery, state: ProofState)? {
    do throws(JSONError) {
      var reader = try JSONObjectReader(try JSONParser.parse(bytes), path: "$")
      guard let goal = UnitQuery.Goal(rawValue: try reader.takeString("goal")),
        let side = Side(rawValue: try reader.takeString("side"))
      else { return nil }
      let unit = UnitID(layer: try reader.takeCount("layer"), index: try reader.takeCount("unit"))
      var engines: Set<Engine> = []
      for name in try reader.takeArray("engines") {
        if let engine = Engine(rawValue: try name.asString(path: "$")) { engines.insert(engine) }
      }
      let nodeLimit = try reader.takeCount("nodeLimit")
      let seconds = try optional(reader.take("seconds")) { value throws(JSONError) in
        try Dyadic(json: value, path: "$.seconds").approximation
      }
      let member = try optional(reader.take("member"), doubles)
      let floor = try optional(reader.takeIfPresent("floor") ?? .null, dyadic)
      let query = UnitQuery(
        goal: goal, unit: unit, side: side, engines: engines, nodeLimit: nodeLimit,
        seconds: seconds, member: member, floor: floor)
      let layers = try reader.takeArray("intervals").map(intervals)
      guard unit.layer < layers.count else { return nil }
      return (query, ProofState(network: network, domain: domain, assuming: layers))
    } catch {
      return nil
    }
  }

  /// An answer.
  public static func encode(_ answer: UnitAnswer, unit: UnitID, side: Side) -> [UInt8] {
    let finding: JSONValue
    switch answer.finding {
    case .proof(let proof):
      finding = .members(("step", Step(unit: unit, side: side, proof: proof).packedJSON))
    case .witness(let point): finding = .members(("witness", .array(point.map(\.json))))
    case .nothing(let limit): finding = .members(("nothing", .string(name(of: limit))))
    }
    let json = JSONValue.members(
      ("finding", finding),
      ("engine", answer.engine.map { .string($0.rawValue) } ?? .null),
      ("points", .array(answer.points.map(values))),
      ("neededNodes", answer.neededNodes.map { Dyadic($0).json } ?? .null))
    return Array(JSONWriter.line(json).utf8)
  }

  /// Reads an answer; nil if it is not one.
  public static func readAnswer(_ bytes: [UInt8]) -> UnitAnswer? {
    do throws(JSONError) {
      var reader = try JSONObjectReader(try JSONParser.parse(bytes), path: "$")
      var found = try JSONObjectReader(try reader.take("finding"), path: "$.finding")
      let finding: Finding
      if let step = found.takeIfPresent("step") {
        finding = .proof(try Step(json: step, path: "$.finding.step").proof)
      } else if let point = found.takeIfPresent("witness") {
        finding = .witness(try point.asArray(path: "$").map(dyadic))
      } else {
        finding = .nothing(limit(named: try found.takeString("nothing")))
      }
      let engine = try optional(reader.take("engine")) { value throws(JSONError) in
        try value.asString(path: "$.engine")
      }
      let points = try reader.takeArray("points").map(doubles)
      let nodes = try optional(reader.takeIfPresent("neededNodes") ?? .null, dyadic)
      return UnitAnswer(
        finding: finding, engine: engine.flatMap(Engine.init(rawValue:)), points: points,
        neededNodes: nodes?.approximation)
    } catch {
      return nil
    }
  }

  // MARK: Numbers

  private static func name(of limit: Limit) -> String {
    switch limit {
    case .nodes, .iterations: "nodes"
    case .seconds: "seconds"
    case .caller, .workers: "caller"
    }
  }

  private static func limit(named name: String) -> Limit {
    switch name {
    case "nodes": .nodes
    case "seconds": .seconds
    default: .caller
    }
  }

  private static func values(_ numbers: [Double]) -> JSONValue {
    .array(numbers.map { Dyadic($0).json })
  }

  private static func dyadic(_ value: JSONValue) throws(JSONError) -> Dyadic {
    try Dyadic(json: value, path: "$")
  }

  private static func doubles(_ value: JSONValue) throws(JSONError) -> [Double] {
    try value.asArray(path: "$").map { value throws(JSONError) in
      try dyadic(value).approximation
    }
  }

  private static func intervals(_ value: JSONValue) throws(JSONError) -> [Interval] {
    let ends = try value.asArray(path: "$").map(dyadic)
    return stride(from: 0, to: ends.count - 1, by: 2).compactMap { i in
      ends[i] <= ends[i + 1] ? Interval(ends[i], ends[i + 1]) : nil
    }
  }

  private static func optional<Value>(
    _ value: JSONValue, _ read: (JSONValue) throws(JSONError) -> Value
  ) throws(JSONError) -> Value? {
    value == .null ? nil : try read(value)
  }
}
