internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The triangle relaxation of all layers below one layer, as a linear program.
///
/// Columns: the inputs; the pre-activation `z` of every unit that is not known to be off; the
/// post-activation `h` of every open unit. Rows: `z - W h = b` per unit, `h ≥ z` and
/// `h ≤ u (z - l) / (u - l)` per open unit, and the rows and the ball of the domain. Assumed phases
/// only change bounds, so one loaded model serves a whole branching tree. The duals of the rows
/// `z - W h = b` are the multipliers ν of the leaf inequality.
///
/// - Source: Ehlers, arXiv 1705.01320.
struct TriangleRelaxation {
  /// Where a unit stands in the model.
  struct UnitColumns {
    /// The column of `z`; nil for a unit that is known to be off.
    var preactivation: Int?
    /// The column of `h`; nil for a unit that is known to be off or on.
    var postactivation: Int?
    /// The column of the binary `δ`, 1 for on; nil without binaries, for a unit that is not open,
    /// and for one that needs none.
    var binary: Int?
    /// The row `z - W h = b`.
    var affineRow: Int?
    /// The row `h - z ≥ 0`.
    var lowerRow: Int?
    /// The proved ends, as doubles.
    var lower: Double
    var upper: Double
  }

  let network: Network
  let layer: Int
  let columns: [MILPColumn]
  let rows: [MILPRow]
  /// The units of the layers below, by layer and index.
  let units: [[UnitColumns]]
  /// The row of each row of the domain.
  let domainRows: Range<Int>
  /// The row of the ball's radius.
  let ballRow: Int?

  /// The relaxation for targets in layer `layer`.
  ///
  /// - Parameters:
  ///   - withBinaries: Adds a binary column per open unit and the big-M rows instead of the
  ///     triangle's upper row; every M is a proved bound of that unit.
  ///   - convexUnits: Units of the last layer below whose value no asked objective wants large.
  init(
    network: Network, domain: InputDomain, intervals: FloatIntervals, layer: Int,
    withBinaries: Bool = false, convexUnits: Set<UnitID> = []
  ) {
    var builder = RelaxationBuilder(
      network: network, domain: domain, intervals: intervals, withBinaries: withBinaries,
      convexUnits: convexUnits)
    for k in 0..<layer { builder.addLayer(k) }
    self.network = network
    self.layer = layer
    units = builder.units
    let first = builder.rows.count
    builder.addDomainRows()
    domainRows = first..<first + domain.rows.count
    ballRow = domain.ball == nil ? nil : builder.addBall()
    columns = builder.columns
    rows = builder.rows
  }

  /// The mixed-integer encoding for one side of one unit, with binaries where they matter.
  ///
  /// A unit of the layer below the target whose weight in `s z` is not positive needs none: wherever
  /// `h` exceeds `relu(z)`, lowering it does not lower the objective. So every point has an input
  /// with at least its objective, and every input is still a point.
  init(
    network: Network, domain: InputDomain, intervals: FloatIntervals, target: UnitID, side: Side
  ) {
    var convexUnits: Set<UnitID> = []
    for (j, weight) in network.layers[target.layer].weights.row(target.index).enumerated()
    where target.layer > 0 && side.factor * weight <= 0 {
      convexUnits.insert(UnitID(layer: target.layer - 1, index: j))
    }
    self.init(
      network: network, domain: domain, intervals: intervals, layer: target.layer,
      withBinaries: true, convexUnits: convexUnits)
  }

  /// The objective `s · W h` for a unit of the layer; its constant is `s · b`.
  func objective(unit: Int, side: Side) -> [Double] {
    var objective = [Double](repeating: 0, count: columns.count)
    for (j, weight) in network.layers[layer].weights.row(unit).enumerated() {
      let column = layer == 0 ? j : units[layer - 1][j].outputColumn
      if let column { objective[column] += side.factor * weight }
    }
    return objective
  }

  /// The model for a unit and side, or nil if its numbers are not fit for a solver.
  func model(unit: Int, side: Side) -> MILPModel? {
    do throws(MILPModelError) {
      return try MILPModel(
        columns: columns, rows: rows, objective: objective(unit: unit, side: side),
        sense: .maximize)
    } catch {
      // Not a claim about the unit: the caller goes on without this engine.
      return nil
    }
  }
}

extension TriangleRelaxation.UnitColumns {
  /// The column that holds the unit's output; nil if the output is 0.
  var outputColumn: Int? { postactivation ?? preactivation }
}
