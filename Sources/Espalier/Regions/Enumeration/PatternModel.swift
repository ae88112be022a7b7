internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The mixed-integer program whose points are inputs with their patterns, as far as a float solver
/// can tell, with a margin `t` that is to be as large as possible.
///
/// Below the asked layers stands the big-M encoding of `TriangleRelaxation`, with `h = relu(z)` for
/// each open unit. For each open unit with proved interval `[l, u]` and scale `s > max(-l, u) / 2`,
///
///     z - s t ≥ (l - 2 s) (1 - δ),        z + s t ≤ (u + 2 s) (δ + ζ),        0 ≤ t ≤ 2,
///
/// so that `t > 0` makes both sides strict: the patterns counted are those of full-dimensional
/// regions. The margin never needs more than 2, and each M follows from a proved bound.
///
/// `ζ` exists for units that are 0 wherever all units that they read are off (bias 0, no affine
/// input): it allows `z = 0` there, and nowhere else. Open units that vanish on a region by
/// cancellation have no such column; the program misses these regions.
///
/// - Source: Serra, Tjandraatmadja and Ramalingam, arXiv 1711.02114, section 5, whose objective is
///   strict on the active side only; both sides and scales are ours.
struct PatternModel {
  let openUnits: [UnitID]
  /// The binary `δ` of each open unit.
  var binaries: [Int] = []
  /// The column of the margin.
  let margin: Int
  var columns: [MILPColumn]
  var rows: [MILPRow]

  /// The program of the first layers; nil if a float solver cannot hold its numbers.
  ///
  /// - Parameter seeksVanishing: Asks for patterns of which some open unit of a later layer is 0 on
  ///   the whole region, for whatever reason, instead.
  /// - Precondition: There is an open unit; in a later layer, if vanishing ones are asked for.
  init?(
    state: ProofState, layerCount: Int, openUnits: [UnitID], seeksVanishing: Bool = false
  ) {
    let encoding = TriangleRelaxation(
      network: state.network.network, domain: state.domain, intervals: FloatIntervals(state),
      layer: layerCount, withBinaries: true)
    self.openUnits = openUnits
    margin = encoding.columns.count
    columns = encoding.columns + [MILPColumn(lower: 0, upper: MarginScale.largestMargin)]
    rows = encoding.rows
    var vanishing: [(unit: UnitID, column: Int)] = []
    for unit in openUnits {
      guard let preactivation = encoding.units[unit.layer][unit.index].preactivation,
        let binary = encoding.units[unit.layer][unit.index].binary
      else { return nil }
      binaries.append(binary)
      let zero =
        seeksVanishing
        ? addVanishingColumn(unit, on: binary) : addZeroColumn(unit, encoding, state)
      if seeksVanishing, let zero { vanishing.append((unit, zero)) }
      addStrictness(state[unit], z: preactivation, on: binary, zero: zero)
    }
    if seeksVanishing { addSecondPoint(encoding, state.domain, vanishing) }
    guard let scaled = Self.wellScaled(rows) else { return nil }
    rows = scaled
  }

  /// The program with further columns and rows; nil if it is not fit for a solver.
  func model(extraColumns: [MILPColumn] = [], extraRows: [MILPRow]) -> MILPModel? {
    var objective = [Double](repeating: 0, count: columns.count + extraColumns.count)
    objective[margin] = 1
    do throws(MILPModelError) {
      return try MILPModel(
        columns: columns + extraColumns, rows: rows + extraRows, objective: objective,
        sense: .maximize)
    } catch {
      return nil
    }
  }

  /// The row that excludes one pattern and no other: some bit differs.
  func cut(_ pattern: OpenUnitPattern) -> MILPRow {
    let onCount = pattern.isOn.count { $0 }
    return .atLeast(
      Double(1 - onCount),
      zip(binaries, pattern.isOn).map { MILPTerm($1 ? -1 : 1, column: $0) })
  }

  /// The pattern that a solver's point claims.
  func claimedPattern(of candidate: [Double]) -> OpenUnitPattern {
    OpenUnitPattern(isOn: binaries.map { candidate[$0] > 0.5 })
  }

  private mutating func addStrictness(_ interval: Interval, z: Int, on binary: Int, zero: Int?) {
    let scale = MarginScale.scale(of: interval)
    let reach = MarginScale.largestMargin * scale
    let low = interval.lower.approximation - reach
    let high = interval.upper.approximation + reach
    rows.append(
      .atLeast(
        low,
        [MILPTerm(1, column: z), MILPTerm(-scale, column: margin), MILPTerm(low, column: binary)]))
    rows.append(
      .atMost(
        0,
        [MILPTerm(1, column: z), MILPTerm(scale, column: margin), MILPTerm(-high, column: binary)]
          + (zero.map { [MILPTerm(-high, column: $0)] } ?? [])))
  }

  /// The column `ζ` of a unit that is 0 where all that it reads is off; nil for other units.
  private mutating func addZeroColumn(
    _ unit: UnitID, _ encoding: TriangleRelaxation, _ state: ProofState
  ) -> Int? {
    let layer = state.network.network.layers[unit.layer]
    guard unit.layer > 0, layer.biases[unit.index] == 0 else { return nil }
    var inputs: [Int] = []
    for (j, weight) in layer.weights.row(unit.index).enumerated() where weight != 0 {
      let input = encoding.units[unit.layer - 1][j]
      if let binary = input.binary {
        inputs.append(binary)
      } else if input.outputColumn != nil {
        return nil
      }
    }
    let column = columns.count
    columns.append(.binary)
    for other in inputs + [encoding.units[unit.layer][unit.index].binary ?? column] {
      rows.append(.atMost(1, [MILPTerm(1, column: column), MILPTerm(1, column: other)]))
    }
    return column
  }

  /// The rows without their smallest coefficients; nil if some are too large for a solver.
  private static func wellScaled(_ rows: [MILPRow]) -> [MILPRow]? {
    let isSmall = rows.allSatisfy { row in
      row.terms.allSatisfy { abs($0.coefficient) <= MILPSearch.largestCoefficient }
    }
    guard isSmall else { return nil }
    return rows.map { row in
      MILPRow(
        row.terms.filter { abs($0.coefficient) >= MILPSearch.smallestCoefficient },
        lower: row.lower, upper: row.upper)
    }
  }
}
