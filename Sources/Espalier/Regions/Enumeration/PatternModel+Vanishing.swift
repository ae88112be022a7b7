internal import Certificates
internal import MILP
internal import NeuralNetwork

/// Patterns with an open unit that is 0 on the whole region, by a second point.
///
/// Each open unit of a later layer may have `ζ = 1` and then is 0, at the point `x` and at a second
/// one `x' = x + τ v` with the same `δ`; some unit has, and `t ≤ τ`. Along `v` its form is constant
/// then. The direction is a random one, which almost surely lies in no border between regions, so
/// the form is 0 everywhere; replaying `x` exactly has the last word. (Where rows leave only a part
/// of a lower dimension, `v` may lead out of it, and nothing is found.)
extension PatternModel {
  /// The column `ζ` of a unit of a later layer; nil for one of the first, which is 0 on no region
  /// unless its interval is a point.
  mutating func addVanishingColumn(_ unit: UnitID, on binary: Int) -> Int? {
    guard unit.layer > 0 else { return nil }
    let column = columns.count
    columns.append(.binary)
    rows.append(.atMost(1, [MILPTerm(1, column: column), MILPTerm(1, column: binary)]))
    return column
  }

  /// The second point, and what vanishing means at both.
  mutating func addSecondPoint(
    _ encoding: TriangleRelaxation, _ domain: InputDomain,
    _ vanishing: [(unit: UnitID, column: Int)]
  ) {
    let start = columns.count
    let shared = Set(binaries)
    for (j, column) in encoding.columns.enumerated() {
      columns.append(shared.contains(j) ? MILPColumn(lower: 0, upper: 0) : column)
    }
    rows += encoding.rows.map { row in
      MILPRow(
        row.terms.map {
          MILPTerm(
            $0.coefficient, column: shared.contains($0.column) ? $0.column : start + $0.column)
        }, lower: row.lower, upper: row.upper)
    }
    addStep(domain, from: start)
    for (unit, zero) in vanishing {
      let entry = encoding.units[unit.layer][unit.index]
      guard let z = entry.preactivation else { continue }
      for column in [z, start + z] {
        rows.append(
          .atLeast(entry.lower, [MILPTerm(1, column: column), MILPTerm(entry.lower, column: zero)]))
      }
    }
    rows.append(.atLeast(1, vanishing.map { MILPTerm(1, column: $0.column) }))
  }

  /// `x' = x + τ v` and `t ≤ τ`.
  private mutating func addStep(_ domain: InputDomain, from start: Int) {
    // Any seed will do; a fixed one keeps the search repeatable.
    var generator = SeededGenerator(seed: 1)
    let step = columns.count
    columns.append(MILPColumn(lower: 0, upper: MarginScale.largestMargin))
    rows.append(.atMost(0, [MILPTerm(1, column: margin), MILPTerm(-1, column: step)]))
    for t in 0..<domain.inputCount {
      let width = domain.box.upper[t] - domain.box.lower[t]
      let share = Double.random(in: 0.5...1, using: &generator)
      let direction = Bool.random(using: &generator) ? share * width : -share * width
      let ends = [MILPTerm(1, column: start + t), MILPTerm(-1, column: t)]
      rows.append(.equal(0, ends + (width > 0 ? [MILPTerm(-direction, column: step)] : [])))
    }
  }
}
