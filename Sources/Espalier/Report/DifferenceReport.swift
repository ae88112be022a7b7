internal import ExactArithmetic
public import StrictJSON

/// The differences of two networks for people and for programs.
public struct DifferenceReport: Sendable {
  private let result: DifferenceResult
  private let options: DifferenceOptions

  /// A report on a result.
  public init(_ result: DifferenceResult, options: DifferenceOptions) {
    self.result = result
    self.options = options
  }

  /// Each output with its bracket.
  public var table: TextTable {
    let hasNoise = result.floatNoise != nil
    var table = TextTable(
      [("output", .right), ("lower", .right), ("upper", .right), ("witness", .right)]
        + (hasNoise ? [("float noise", .right)] : []))
    for (i, output) in result.outputs.enumerated() {
      let noise = output.floatNoise.map(Self.upward) ?? "none proved"
      table.add(
        [
          String(i), Self.downward(output.lower), Self.upward(output.upper),
          output.witness.map(String.init) ?? "",
        ] + (hasNoise ? [noise] : []))
    }
    let lower = result.outputs.map(\.lower).max() ?? .zero
    let upper = result.outputs.map(\.upper).max() ?? .zero
    table.addTotal(
      ["largest", Self.downward(lower), Self.upward(upper), ""] + (hasNoise ? [""] : []))
    return table
  }

  /// One line per question, then where the bounds come from.
  public var lines: [String] {
    var lines: [String] = []
    if let answer = result.epsilon, let epsilon = options.epsilon {
      lines.append(
        "epsilon: \(Self.text(answer)): "
          + (answer == .violated
            ? "some output differs by more than" : "every output differs by at most")
          + " \(epsilon.approximation)" + (answer == .undecided ? "?" : "") + place(epsilonWitness))
    }
    if let answer = result.argmax {
      lines.append("argmax: \(Self.text(answer)): " + classes(answer))
    }
    if let answer = result.floatNoise {
      let claim =
        switch answer {
        case .holds: "the difference is at most what rounding may do to the two networks"
        case .violated: "the difference exceeds what rounding may do to the two networks"
        case .undecided: "is the difference at most what rounding may do to the two networks?"
        }
      lines.append("float noise: \(Self.text(answer)): \(claim)" + place(noiseWitness))
    }
    return lines + [origin]
  }

  private var origin: String {
    let units =
      result.units.map {
        " \($0.merged) of \($0.all) hidden units of the product are shared."
      } ?? ""
    switch result.source {
    case .certificate:
      return "Upper bounds: from the rewrite log of the certificate, which was checked; no search."
    case .structure:
      return "Upper bounds: the networks are equal on the domain, unit by unit." + units
    case .bounds: return "Upper bounds: linear and paired bounds, no branching." + units
    case .search: return "Upper bounds: branching on the product network." + units
    }
  }

  private func classes(_ answer: DifferenceResult.Answer) -> String {
    switch answer {
    case .holds: "both answer the same class everywhere"
    case .undecided: "do both answer the same class everywhere?"
    case .violated:
      result.disagreement.map {
        "class \($0.first) against class \($0.second) at witness \($0.witness)"
      } ?? "they answer different classes somewhere"
    }
  }

  private func place(_ witness: Int?) -> String { witness.map { " (witness \($0))" } ?? "" }

  private var epsilonWitness: Int? {
    guard result.epsilon == .violated else { return nil }
    return result.outputs.max { $0.lower < $1.lower }?.witness
  }

  private var noiseWitness: Int? {
    guard result.floatNoise == .violated else { return nil }
    return result.outputs.first { output in
      output.floatNoise.map { output.lower > $0 } ?? false
    }?.witness
  }

  /// The index of the input that is worth keeping: the one that a question turns on, or else that
  /// of the largest difference.
  public var mainWitness: Int? {
    result.disagreement?.witness ?? epsilonWitness ?? noiseWitness
      ?? result.outputs.max { $0.lower < $1.lower }?.witness
  }

  // MARK: JSON

  /// The members of the document: numbers that a proof rests on in the spelling of certificates.
  public var json: [JSONMember] {
    let members: [(String, JSONValue)] = [
      ("source", .string(result.source.rawValue)),
      ("closed", .bool(result.isClosed)),
      ("outputs", .array(result.outputs.map(json))),
      ("epsilon", json(result.epsilon)),
      ("argmax", json(result.argmax)),
      (
        "disagreement",
        result.disagreement.map {
          .members(
            ("first", .integer($0.first)), ("second", .integer($0.second)),
            ("witness", .integer($0.witness)))
        } ?? .null
      ),
      ("floatNoise", json(result.floatNoise)),
      (
        "units",
        result.units.map {
          .members(("merged", .integer($0.merged)), ("all", .integer($0.all)))
        } ?? .null
      ),
      ("witnesses", .array(result.points.map { .array($0.map { .string($0.description) }) })),
    ]
    return members.map { JSONMember(key: $0.0, value: $0.1) }
  }

  private func json(_ output: DifferenceResult.Output) -> JSONValue {
    .members(
      ("lower", exact(output.lower)), ("upper", exact(output.upper)),
      ("witness", output.witness.map(JSONValue.integer) ?? .null),
      ("floatNoise", output.floatNoise.map(exact) ?? .null),
      ("lowerNear", StabilityReport.number(output.lower)),
      ("upperNear", StabilityReport.number(output.upper)))
  }

  private func json(_ answer: DifferenceResult.Answer?) -> JSONValue {
    answer.map { .string($0.rawValue) } ?? .null
  }

  private func exact(_ value: Dyadic) -> JSONValue { .string(value.description) }

  // MARK: Text

  private static func text(_ answer: DifferenceResult.Answer) -> String {
    answer == .holds ? "yes (proved)" : answer == .violated ? "no" : "undecided"
  }

  /// Four digits, never above the number.
  static func downward(_ value: Dyadic) -> String { printed(value, isBelow: true) }

  /// Four digits, never below the number.
  static func upward(_ value: Dyadic) -> String { printed(value, isBelow: false) }

  private static func printed(_ value: Dyadic, isBelow: Bool) -> String {
    let near = value.approximation
    if value.isZero || isBelow && near == 0 { return "0" }
    guard near.isFinite, near != 0, near.exponent > -1000 else {
      return isBelow ? "0" : near.isFinite ? "1e-300" : "inf"
    }
    let power = digitsBefore(near) - 4
    let unit = Double("1e\(power)") ?? 1
    var digits = (near / unit).rounded(isBelow ? .down : .up)
    while let number = Double("\(Int(digits))e\(power)") {
      if isBelow ? Dyadic(number) <= value : Dyadic(number) >= value {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
      }
      digits += isBelow ? -1 : 1
    }
    return "\(near)"
  }

  /// How many digits stand before the point: 1 for 1 to 9, -1 for 0.01 to 0.09.
  private static func digitsBefore(_ value: Double) -> Int {
    var count = 1
    for power in -310...309 where (Double("1e\(power)") ?? .infinity) <= value {
      count = power + 1
    }
    return count
  }
}
