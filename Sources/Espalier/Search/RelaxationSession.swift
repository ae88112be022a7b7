internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The loaded triangle relaxation of one layer, with the phases that its bounds express now.
///
/// Loaded once, it serves every unit and every branch: only objective and bounds change.
///
/// What comes out are claims: multipliers for the exact leaf inequality, and inputs to replay.
final class RelaxationSession {
  /// A solved relaxation.
  struct Solution {
    /// The claimed maximum of `s z`, its constant included.
    let value: Double
    /// The columns of the model.
    let point: [Double]
    /// One multiplier per row of the model.
    let duals: [Double]
  }

  /// What the solver says.
  enum Answer {
    case optimal(Solution)
    case infeasible([Double])
    case failed
  }

  /// The most simplex iterations of one solve.
  static let iterationLimit = 20_000

  let relaxation: TriangleRelaxation
  private let session: any LPSession
  private var constant = 0.0
  /// The unit of the layer that is bounded, and the sign of its value.
  private(set) var target: (unit: Int, value: Double) = (0, 1)
  private var phases: [UnitID: Phase] = [:]

  /// Loads the relaxation; nil if its numbers are not fit for the solver.
  init?(_ relaxation: TriangleRelaxation, engine: any LPEngine) {
    guard !relaxation.rows.isEmpty, let model = relaxation.model(unit: 0, side: .upper) else {
      return nil
    }
    do throws(SolverError) {
      session = try engine.makeSession(model)
    } catch {
      // The solver refuses the model; other engines may not.
      return nil
    }
    self.relaxation = relaxation
  }

  /// Makes `s z` of a unit what is maximized from now on.
  func aim(at target: UnitID, _ side: Side) {
    session.setObjective(relaxation.objective(unit: target.index, side: side))
    self.target = (target.index, side.factor)
    constant = side.factor * relaxation.network.layers[target.layer].biases[target.index]
  }

  /// Solves the relaxation under assumed phases.
  func solve(_ wanted: [UnitID: Phase]) -> Answer {
    for unit in phases.keys where wanted[unit] == nil { setBounds(of: unit, phase: nil) }
    for (unit, phase) in wanted where phases[unit] != phase { setBounds(of: unit, phase: phase) }
    phases = wanted
    do throws(SolverError) {
      switch try session.solve(iterationLimit: Self.iterationLimit) {
      case .claimedOptimal(let value, let point, let duals):
        return .optimal(Solution(value: value + constant, point: point, duals: duals))
      case .claimedInfeasible(let ray): return ray.map { .infeasible($0) } ?? .failed
      case .stopped: return .failed
      }
    } catch {
      // An unknown status is no answer; the branch stays open.
      return .failed
    }
  }

  private func setBounds(of unit: UnitID, phase: Phase?) {
    let entry = relaxation.units[unit.layer][unit.index]
    guard let z = entry.preactivation, let h = entry.postactivation, let row = entry.lowerRow
    else { return }
    session.setColumnBounds(
      z, lower: phase == .on ? 0 : entry.lower, upper: phase == .off ? 0 : entry.upper)
    session.setColumnBounds(h, lower: 0, upper: phase == .off ? 0 : entry.upper)
    session.setRowBounds(row, lower: 0, upper: phase == .on ? 0 : .infinity)
  }

  // MARK: Leaves

  /// How multipliers are rounded.
  enum Rounding {
    /// To 24 bits of the largest of their layer.
    case toLargest
    /// To multiples of a power of two; linear units are left to the checker's default.
    case toMultiples(exponent: Int)
    /// Each to its own first bits, for networks whose units differ widely in size; linear units
    /// are left to the checker's default.
    case toBits(Int)

    /// True if linear units are left to the checker's default.
    var passesOn: Bool {
      switch self {
      case .toLargest: false
      case .toMultiples, .toBits: true
      }
    }

    /// The rounded value of one of several multipliers, the largest of which is `largest`.
    func round(_ value: Double, largest: Double) -> Double {
      switch self {
      case .toLargest: MultiplierGrid(largest: largest).round(value)
      case .toMultiples(let exponent): MultiplierGrid(exponent: exponent).round(value)
      case .toBits(let count):
        MultiplierGrid(largest: value.magnitude, bitCount: count).round(value)
      }
    }
  }

  /// The leaf with the multipliers of a solution.
  func leaf(duals: [Double], claim: Dyadic, rounding: Rounding) -> Leaf {
    var units: [Leaf.UnitMultiplier] = []
    for (k, layer) in relaxation.units.enumerated() {
      let largest = layer.reduce(0) { max($0, abs($1.affineRow.map { duals[$0] } ?? 0)) }
      let isTop = k == relaxation.layer - 1
      for (i, entry) in layer.enumerated() {
        guard let row = entry.affineRow else { continue }
        let isLinear = entry.postactivation == nil
        if isLinear && (isTop || rounding.passesOn) && claim == .one { continue }
        let value = rounding.round(duals[row], largest: largest)
        if !value.isFinite || value == 0 && !isLinear { continue }
        units.append(.init(unit: UnitID(layer: k, index: i), value: Dyadic(value)))
      }
    }
    let rows = relaxation.domainRows.enumerated().compactMap { i, row in
      let value = rounding.round(max(0, duals[row]), largest: 1)
      return value > 0 && value.isFinite
        ? Leaf.RowMultiplier(row: i, value: Dyadic(value)) : nil
    }
    let ball = relaxation.ballRow.map { rounding.round(max(0, duals[$0]), largest: 1) } ?? 0
    return Leaf(
      units: units, rows: rows, ball: ball.isFinite ? Dyadic(ball) : .zero, claim: claim)
  }
}
