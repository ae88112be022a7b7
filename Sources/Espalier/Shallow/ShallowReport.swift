public import StrictJSON

/// Shallow networks of one design with slabs of several widths, as text and as JSON.
public struct ShallowReport: Sendable {
  /// One width.
  public struct Row: Sendable {
    /// The width that was asked for.
    public let wanted: Double
    /// The power of two that was taken.
    public let slab: Double
    /// What is proved.
    public let bounds: ShallowBounds
    /// What was measured, if there were points.
    public let measure: ShallowMeasure?

    /// A row.
    public init(wanted: Double, slab: Double, bounds: ShallowBounds, measure: ShallowMeasure?) {
      self.wanted = wanted
      self.slab = slab
      self.bounds = bounds
      self.measure = measure
    }
  }

  private let design: ShallowDesign
  private let rows: [Row]

  /// A report.
  public init(_ design: ShallowDesign, rows: [Row]) {
    self.design = design
    self.rows = rows
  }

  /// The sizes beside their formulas.
  public var sizeTable: TextTable {
    var table = TextTable([
      ("units", .left), ("N1", .right), ("N2", .right), ("parameters", .right),
    ])
    let count = design.blockCount
    let blocks = count == 1 ? "1 block" : "\(ShortNumber.grouped(count)) blocks"
    table.add(Self.cells("built, \(blocks)", design.size))
    if design.patterns == .regions {
      table.add(Self.cells("n0 + 2 (R2 - 1), m R2", design.formula(.regions)))
    }
    table.add(Self.cells("all patterns, at most", design.formula(.all)))
    return table
  }

  private static func cells(_ name: String, _ size: ShallowSize) -> [String] {
    [name, size.first, size.second, size.parameters]
  }

  /// One line per width.
  public var slabTable: TextTable {
    var table = TextTable([
      ("slab", .right), ("used", .right), ("share bound", .right), ("share measured", .right),
      ("95 % interval", .right), ("mean error", .right), ("max error", .right),
      ("error bound", .right), ("stored", .right),
    ])
    for row in rows {
      let measure = row.measure
      table.add([
        ShortNumber.text(row.wanted), ShortNumber.text(row.slab),
        row.bounds.share.map(ShortNumber.text) ?? "-",
        measure.map { ShortNumber.text($0.share) } ?? "-",
        measure.map {
          "\(ShortNumber.text($0.interval.lower)) … \(ShortNumber.text($0.interval.upper))"
        } ?? "-",
        measure.map { ShortNumber.text($0.meanError) } ?? "-",
        measure.map { ShortNumber.text($0.largestError) } ?? "-",
        ShortNumber.text(row.bounds.error), ShortNumber.text(row.bounds.difference),
      ])
    }
    return table
  }

  /// What the columns mean.
  public var lines: [String] {
    if design.isAffine {
      return ["One affine map on the whole domain: no hidden layers, and no slabs."]
    }
    let points = rows.first?.measure.map { ShortNumber.grouped($0.pointCount) }
    return [
      "Equal outside of the slabs, over the real numbers, but for the rounding of stored numbers.",
      points.map {
        "Measured at \($0) uniform points; errors are means and maxima over those that differ."
      } ?? "Not measured: no random point met the rows of the domain.",
    ]
  }

  /// The report for programs.
  public var json: [JSONMember] {
    var sizes = [("built", Self.json(design.size)), ("all", Self.json(design.formula(.all)))]
    if design.patterns == .regions {
      sizes.insert(("regions", Self.json(design.formula(.regions))), at: 1)
    }
    return [
      JSONMember(key: "patterns", value: .string(design.patterns.rawValue)),
      JSONMember(key: "blocks", value: .integer(design.blockCount)),
      JSONMember(
        key: "sizes", value: .object(sizes.map { JSONMember(key: $0.0, value: $0.1) })),
      JSONMember(key: "slabs", value: .array(rows.map(Self.json))),
    ]
  }

  /// Numbers are decimal digits in strings, as they may be long.
  private static func json(_ size: ShallowSize) -> JSONValue {
    .object(
      zip(["first", "second", "parameters"], size.digits).map {
        JSONMember(key: $0, value: .string($1))
      })
  }

  private static func json(_ row: Row) -> JSONValue {
    func number(_ value: Double) -> JSONValue { .number("\(value)") }
    let measure = row.measure.map { measure in
      JSONValue.members(
        ("points", .integer(measure.pointCount)), ("differing", .integer(measure.differingCount)),
        ("share", number(measure.share)),
        ("interval", .array([number(measure.interval.lower), number(measure.interval.upper)])),
        ("meanError", number(measure.meanError)), ("maxError", number(measure.largestError)))
    }
    return .members(
      ("wanted", number(row.wanted)), ("slab", number(row.slab)),
      ("shareBound", row.bounds.share.map(number) ?? .null),
      ("errorBound", number(row.bounds.error)), ("margin", number(row.bounds.margin)),
      ("difference", number(row.bounds.difference)), ("measured", measure ?? .null))
  }
}
