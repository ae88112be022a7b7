public import Certificates
internal import ExactArithmetic
internal import NeuralNetwork
public import StrictJSON

/// The verdicts of a run for people and for programs.
///
/// Bounds are printed as decimal approximations; the certificate has the exact ones.
public struct StabilityReport: Sendable {
  private let verdicts: [Verdict]
  private let widths: [Int]

  /// A report on the verdicts of a certificate.
  ///
  /// - Parameter widths: The number of units of each layer.
  public init(verdicts: [Verdict], widths: [Int]) {
    self.verdicts = verdicts
    self.widths = widths
  }

  /// The number of undecided units.
  public var undecidedCount: Int { count(verdicts, .undecided) }

  /// The verdicts of each layer, counted.
  public var layerTable: TextTable {
    var table = TextTable([
      ("layer", .right), ("relu units", .right), ("inactive", .right), ("active", .right),
      ("unstable", .right), ("undecided", .right), ("float-safe", .right), ("settled by", .left),
    ])
    for k in widths.indices {
      let layer = verdicts.filter { $0.unit.layer == k }
      if !layer.isEmpty { table.add(cells(layer, name: String(k))) }
    }
    table.addTotal(cells(verdicts, name: "all"))
    return table
  }

  /// Every unit with its verdict.
  public var unitTable: TextTable {
    var table = TextTable([
      ("layer", .right), ("unit", .right), ("verdict", .left), ("lower", .right),
      ("upper", .right), ("settled by", .left), ("evidence", .left),
    ])
    for verdict in verdicts {
      table.add([
        String(verdict.unit.layer), String(verdict.unit.index), verdict.stability.rawValue,
        Self.short(verdict.bounds.lower), Self.short(verdict.bounds.upper), verdict.settledBy,
        evidence(of: verdict),
      ])
    }
    return table
  }

  /// The counts and the units as JSON members.
  public var json: [JSONMember] {
    let layers = widths.indices.filter { k in verdicts.contains { $0.unit.layer == k } }
    return [
      JSONMember(key: "counts", value: countsJSON(verdicts)),
      JSONMember(
        key: "layers",
        value: .array(
          layers.map { k in
            .members(
              ("layer", .integer(k)),
              ("counts", countsJSON(verdicts.filter { $0.unit.layer == k })))
          })),
      JSONMember(key: "units", value: .array(verdicts.map(unitJSON))),
    ]
  }

  // MARK: Parts

  private func cells(_ list: [Verdict], name: String) -> [String] {
    let counts = [Stability.stablyInactive, .stablyActive, .unstable, .undecided]
      .map { String(count(list, $0)) }
    return [name, String(list.count)] + counts + [floatSafe(list), stages(list)]
  }

  /// How many of the stable verdicts hold in a runtime that rounds, too.
  private func floatSafe(_ list: [Verdict]) -> String {
    let stable = count(list, .stablyInactive) + count(list, .stablyActive)
    return "\(list.count(where: \.floatSafe)) of \(stable)"
  }

  private func stages(_ list: [Verdict]) -> String {
    Dictionary(grouping: list.filter { $0.stability != .undecided }, by: \.settledBy)
      .map { ($0.key, $0.value.count) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
      .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private func evidence(of verdict: Verdict) -> String {
    switch verdict.stability {
    case .unstable:
      "points \(verdict.positive.map(String.init) ?? "-"), "
        + (verdict.negative.map(String.init) ?? "-")
    case .undecided: "limit: \(verdict.limit ?? "none")"
    case .stablyActive, .stablyInactive:
      [
        "proof", verdict.constant.map { "constant \(Self.short($0))" },
        verdict.floatSafe ? "float-safe" : nil,
      ].compactMap { $0 }.joined(separator: ", ")
    }
  }

  private func count(_ list: [Verdict], _ stability: Stability) -> Int {
    list.count { $0.stability == stability }
  }

  private func countsJSON(_ list: [Verdict]) -> JSONValue {
    .members(
      ("units", .integer(list.count)),
      ("stably-inactive", .integer(count(list, .stablyInactive))),
      ("stably-active", .integer(count(list, .stablyActive))),
      ("constant", .integer(list.count { $0.constant != nil })),
      ("float-safe", .integer(list.count { $0.floatSafe })),
      ("unstable", .integer(count(list, .unstable))),
      ("undecided", .integer(count(list, .undecided))))
  }

  private func unitJSON(_ verdict: Verdict) -> JSONValue {
    var members = [
      JSONMember(key: "layer", value: .integer(verdict.unit.layer)),
      JSONMember(key: "unit", value: .integer(verdict.unit.index)),
      JSONMember(key: "stability", value: .string(verdict.stability.rawValue)),
      JSONMember(key: "lower", value: Self.number(verdict.bounds.lower)),
      JSONMember(key: "upper", value: Self.number(verdict.bounds.upper)),
      JSONMember(key: "settledBy", value: .string(verdict.settledBy)),
    ]
    if verdict.floatSafe { members.append(JSONMember(key: "floatSafe", value: .bool(true))) }
    if let value = verdict.constant {
      members.append(JSONMember(key: "constant", value: Self.number(value)))
    }
    if let point = verdict.positive {
      members.append(JSONMember(key: "positive", value: .integer(point)))
    }
    if let point = verdict.negative {
      members.append(JSONMember(key: "negative", value: .integer(point)))
    }
    if let limit = verdict.limit { members.append(JSONMember(key: "limit", value: .string(limit))) }
    return .object(members)
  }

  /// A JSON number near an exact one; null beyond the range of doubles.
  static func number(_ value: Dyadic) -> JSONValue {
    let double = value.approximation
    return double.isFinite ? .number("\(double)") : .null
  }

  /// Four significant digits.
  static func short(_ value: Dyadic) -> String { ShortNumber.text(value.approximation) }
}
