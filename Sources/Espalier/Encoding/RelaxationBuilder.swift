internal import Certificates
internal import MILP
internal import NeuralNetwork

/// Collects the columns and rows of a relaxation layer by layer.
struct RelaxationBuilder {
  let network: Network
  let domain: InputDomain
  let intervals: FloatIntervals
  let withBinaries: Bool
  /// Units that want to be small: `h ≥ 0` and `h ≥ z` say all that matters.
  let convexUnits: Set<UnitID>
  private(set) var columns: [MILPColumn] = []
  private(set) var rows: [MILPRow] = []
  private(set) var units: [[TriangleRelaxation.UnitColumns]] = []

  init(
    network: Network, domain: InputDomain, intervals: FloatIntervals, withBinaries: Bool,
    convexUnits: Set<UnitID>
  ) {
    self.network = network
    self.convexUnits = convexUnits
    self.domain = domain
    self.intervals = intervals
    self.withBinaries = withBinaries
    columns = zip(domain.box.lower, domain.box.upper).map { MILPColumn(lower: $0, upper: $1) }
  }

  mutating func addLayer(_ k: Int) {
    let layer = network.layers[k]
    units.append(
      (0..<layer.unitCount).map { i in
        let unit = UnitID(layer: k, index: i)
        var entry = TriangleRelaxation.UnitColumns(
          lower: intervals.lower[k][i], upper: intervals.upper[k][i])
        let isRelu = layer.activations[i] == .relu
        if isRelu && intervals.phase(of: unit) == .off { return entry }
        addAffineRow(unit, &entry)
        if isRelu && intervals.phase(of: unit) == nil { addRelu(unit, &entry) }
        return entry
      })
  }

  private mutating func addAffineRow(
    _ unit: UnitID, _ entry: inout TriangleRelaxation.UnitColumns
  ) {
    let layer = network.layers[unit.layer]
    let column = columns.count
    columns.append(MILPColumn(lower: entry.lower, upper: entry.upper))
    var terms = [MILPTerm(1, column: column)]
    for (j, weight) in layer.weights.row(unit.index).enumerated() where weight != 0 {
      let input = unit.layer == 0 ? j : units[unit.layer - 1][j].outputColumn
      if let input { terms.append(MILPTerm(-weight, column: input)) }
    }
    entry.preactivation = column
    entry.affineRow = rows.count
    rows.append(.equal(layer.biases[unit.index], terms))
  }

  /// `h ≥ z`, and above either the triangle `h ≤ u (z - l) / (u - l)` or, with a binary `δ`,
  /// `h ≤ u δ` and `h - z ≤ -l (1 - δ)`.
  private mutating func addRelu(
    _ unit: UnitID, _ entry: inout TriangleRelaxation.UnitColumns
  ) {
    guard let z = entry.preactivation else { return }
    let h = columns.count
    columns.append(MILPColumn(lower: 0, upper: entry.upper))
    entry.postactivation = h
    entry.lowerRow = rows.count
    rows.append(.atLeast(0, [MILPTerm(1, column: h), MILPTerm(-1, column: z)]))
    if convexUnits.contains(unit) { return }
    if withBinaries {
      let binary = columns.count
      columns.append(.binary)
      entry.binary = binary
      rows.append(.atMost(0, [MILPTerm(1, column: h), MILPTerm(-entry.upper, column: binary)]))
      rows.append(
        .atMost(
          -entry.lower,
          [
            MILPTerm(1, column: h), MILPTerm(-1, column: z),
            MILPTerm(-entry.lower, column: binary),
          ]))
    } else {
      let slope = entry.upper / (entry.upper - entry.lower)
      rows.append(
        .atMost(-slope * entry.lower, [MILPTerm(1, column: h), MILPTerm(-slope, column: z)]))
    }
  }

  mutating func addDomainRows() {
    for row in domain.rows {
      rows.append(
        .atMost(row.bound, row.terms.map { MILPTerm($0.coefficient, column: $0.input) }))
    }
  }

  /// `x - p + n = center`, `Σ p + n ≤ radius`; returns the row of the radius.
  mutating func addBall() -> Int? {
    guard let ball = domain.ball else { return nil }
    var parts: [MILPTerm] = []
    for (t, center) in ball.center.enumerated() {
      let start = columns.count
      let reach = max(abs(domain.box.upper[t] - center), abs(domain.box.lower[t] - center))
      columns.append(MILPColumn(lower: 0, upper: reach))
      columns.append(MILPColumn(lower: 0, upper: reach))
      parts += [MILPTerm(1, column: start), MILPTerm(1, column: start + 1)]
      rows.append(
        .equal(
          center,
          [
            MILPTerm(1, column: t), MILPTerm(-1, column: start), MILPTerm(1, column: start + 1),
          ]))
    }
    rows.append(.atMost(ball.radius, parts))
    return rows.count - 1
  }
}
