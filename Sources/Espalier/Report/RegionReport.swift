public import BigInt
public import StrictJSON

/// Counts of regions after each layer, by definition, as text and as JSON.
public struct RegionReport: Sendable {
  /// One definition's counts after 1, 2, … layers.
  public struct Row: Sendable {
    /// The symbol and the name, such as `R2 activation`.
    public let symbol: String
    /// The name of the definition.
    public let name: String
    /// The smallest and the largest possible count after each layer; equal if it is exact.
    public let counts: [(lower: BigInt, upper: BigInt?)]

    /// A row of exact or bracketed counts.
    public init(symbol: String, name: String, counts: [(lower: BigInt, upper: BigInt?)]) {
      self.symbol = symbol
      self.name = name
      self.counts = counts
    }
  }

  private let rows: [Row]

  /// A report of some definitions.
  public init(_ rows: [Row]) { self.rows = rows }

  /// One line per definition, one column per layer.
  public var table: TextTable {
    let layerCount = rows.first?.counts.count ?? 0
    var table = TextTable(
      [("regions", .left)] + (0..<layerCount).map { ("after layer \($0)", .right) })
    for row in rows {
      table.add(["\(row.symbol) \(row.name)"] + row.counts.map(Self.text))
    }
    return table
  }

  /// The counts for programs: numbers are decimal digits in strings, as they may be long.
  public var json: JSONValue {
    .array(
      rows.map { row in
        .members(
          ("symbol", .string(row.symbol)), ("definition", .string(row.name)),
          (
            "counts",
            .array(
              row.counts.map { count in
                .members(
                  ("lower", .string(String(count.lower))),
                  ("upper", count.upper.map { .string(String($0)) } ?? .null))
              })
          ))
      })
  }

  private static func text(_ count: (lower: BigInt, upper: BigInt?)) -> String {
    guard let upper = count.upper else { return "≥ \(count.lower)" }
    return count.lower == upper ? "\(upper)" : "\(count.lower) … \(upper)"
  }
}
