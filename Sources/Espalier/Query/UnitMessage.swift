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
    joined(domain.json, network.canonicalBytes)
  }

  /// Reads a setup; nil if it is not one.
  public static func readSetup(_ bytes: [UInt8]) -> (network: Network, domain: InputDomain)? {
    guard let (text, rest) = parts(bytes), let network = Network(canonicalBytes: Array(rest))
    else { return nil }
    do throws(JSONError) {
      let json = try JSONParser.parse(text)
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
    return JSONWriter.lineBytes(json)
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
  public static func encode(_ answer: UnitAnswer) -> [UInt8] {
    let finding: JSONValue
    var proofBytes: [UInt8] = []
    switch answer.finding {
    case .proof(let proof):
      proofBytes = proof.bytes
      finding = .members(("proof", .integer(proofBytes.count)))
    case .witness(let point): finding = .members(("witness", .array(point.map(\.json))))
    case .nothing(let limit): finding = .members(("nothing", .string(name(of: limit))))
    }
    let json = JSONValue.members(
      ("finding", finding),
      ("engine", answer.engine.map { .string($0.rawValue) } ?? .null),
      ("points", .integer(answer.points.count)),
      ("neededNodes", answer.neededNodes.map { Dyadic($0).json } ?? .null))
    return joined(
      json, proofBytes + answer.points.joined().flatMap { bytes(of: $0.bitPattern) })
  }

  /// Reads an answer; nil if it is not one.
  public static func readAnswer(_ bytes: [UInt8]) -> UnitAnswer? {
    guard let (text, rest) = parts(bytes) else { return nil }
    do throws(JSONError) {
      var reader = try JSONObjectReader(try JSONParser.parse(text), path: "$")
      var found = try JSONObjectReader(try reader.take("finding"), path: "$.finding")
      let finding: Finding
      var pointBytes = rest
      if let size = found.takeIfPresent("proof") {
        let count = try size.asCount(path: "$.finding.proof")
        guard count <= rest.count, let proof = Proof(bytes: rest.prefix(count)) else { return nil }
        finding = .proof(proof)
        pointBytes = rest.dropFirst(count)
      } else if let point = found.takeIfPresent("witness") {
        finding = .witness(try point.asArray(path: "$").map(dyadic))
      } else {
        finding = .nothing(limit(named: try found.takeString("nothing")))
      }
      let engine = try optional(reader.take("engine")) { value throws(JSONError) in
        try value.asString(path: "$.engine")
      }
      guard let points = points(pointBytes, count: try reader.takeCount("points"))
      else { return nil }
      let nodes = try optional(reader.takeIfPresent("neededNodes") ?? .null, dyadic)
      return UnitAnswer(
        finding: finding, engine: engine.flatMap(Engine.init(rawValue:)), points: points,
        neededNodes: nodes?.approximation)
    } catch {
      return nil
    }
  }

  // MARK: Text with bytes behind it

  /// The length of the text, the text, and what is behind it.
  private static func joined(_ json: JSONValue, _ rest: [UInt8]) -> [UInt8] {
    let text = JSONWriter.lineBytes(json)
    return bytes(of: UInt64(text.count)) + text + rest
  }

  private static func parts(_ message: [UInt8]) -> (text: [UInt8], rest: ArraySlice<UInt8>)? {
    guard message.count >= 8, let count = Int(exactly: word(message[..<8])),
      count <= message.count - 8
    else { return nil }
    return (Array(message[8..<8 + count]), message[(8 + count)...])
  }

  private static func bytes(of word: UInt64) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Points of equally many finite doubles.
  private static func points(_ bytes: ArraySlice<UInt8>, count: Int) -> [[Double]]? {
    if count == 0 { return bytes.isEmpty ? [] : nil }
    let width = bytes.count / 8 / count
    guard width > 0, bytes.count == 8 * count * width else { return nil }
    let values = stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map {
      Double(bitPattern: word(bytes[$0..<$0 + 8]))
    }
    guard values.allSatisfy(\.isFinite) else { return nil }
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
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
