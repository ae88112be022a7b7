internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Looks for an input with the asked sign by mixed-integer programming on the big-M encoding.
///
/// The inputs of every incumbent and of every node's relaxation are replayed; the search ends at the
/// first that shows the sign. A claim that there is none proves nothing: it only says that a proof
/// tree is worth growing.
///
/// Units that want to be small have no binary, and rows of the ideal formulation are added at the
/// root, where a point violates them.
///
/// - Source: Fischetti and Jo, arXiv 1712.06174; Serra, Kumar and Ramalingam, arXiv 2102.07804.
struct MILPSearch {
  /// Models with larger coefficients are not given to a solver.
  static let largestCoefficient = 0x1p20
  /// Smaller coefficients are left out: the answer is only a candidate anyway, and solvers go
  /// wrong on models that mix sizes.
  static let smallestCoefficient = 0x1p-20

  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler
  /// The value of `s z` that is to be exceeded: 0 where the sign is asked for.
  var start = 0.0
  /// True if the first input that exceeds it ends the search.
  var endsAtFirst = true

  /// What the solver led to.
  enum Answer {
    /// An input that may show the sign.
    case candidate([Double])
    /// The solver claims that no input has the sign.
    case claimedNone
    /// A limit was met, or the model is not fit for the solver.
    case nothing
  }

  /// Searches with the given limits.
  ///
  /// - Parameters:
  ///   - onPoint: Gets the input of every incumbent and, where a sign is asked for, of every
  ///     relaxation.
  ///   - shouldStop: Asked at every node; true ends the search.
  func search(
    nodeLimit: Int, seconds: Double?, solver: any MILPSolver, onPoint: ([Double]) -> Void,
    shouldStop: () -> Bool = { false }
  ) -> Answer {
    guard let (encoding, model) = encoded else { return .nothing }
    var cuts = IdealCutRounds(encoding)
    var found: [Double]?
    func isEnough(_ point: [Double]) -> Bool {
      let input = sampler.admit(Array(point[..<state.domain.inputCount]))
      onPoint(input)
      guard endsAtFirst, showsSign(input) else { return false }
      found = input
      return true
    }
    do throws(SolverError) {
      let outcome = try solver.solve(
        model, limits: SolveLimits(nodes: nodeLimit, seconds: seconds, cutoff: start - constant),
        onRelaxation: { point, isInTree in
          if shouldStop() || endsAtFirst && isEnough(point) { return .stop }
          return .goOn(cuts: isInTree ? [] : cuts.next(at: point))
        },
        onIncumbent: { isEnough($0) ? .stop : .keepSearching })
      if let found { return .candidate(found) }
      switch outcome {
      case .claimedInfeasible, .claimedCutoff: return .claimedNone
      case .claimedOptimal(_, let bound): return bound + constant <= start ? .claimedNone : .nothing
      case .stopped: return .nothing
      }
    } catch {
      // A solver that contradicts itself is no reason to stop: other engines go on.
      return .nothing
    }
  }

  /// The program of the query, or nil if it is not fit for a solver.
  private var encoded: (TriangleRelaxation, MILPModel)? {
    let encoding = TriangleRelaxation(
      network: state.network.network, domain: state.domain, intervals: FloatIntervals(state),
      target: target, side: side)
    guard !encoding.rows.isEmpty,
      let model = encoding.model(unit: target.index, side: side).flatMap(wellScaled)
    else { return nil }
    return (encoding, model)
  }

  private var constant: Double {
    side.factor * state.network.network.layers[target.layer].biases[target.index]
  }

  private func showsSign(_ input: [Double]) -> Bool {
    let values = state.network.network.preactivations(
      of: BatchMatrix(rows: [input], columnCount: input.count))
    return side.factor * values[target.layer][0, target.index] > start
  }

  /// The model without its smallest coefficients, or nil if it has too large ones.
  private func wellScaled(_ model: MILPModel) -> MILPModel? {
    let rows = model.rows.map { row in
      MILPRow(
        row.terms.filter { abs($0.coefficient) >= Self.smallestCoefficient },
        lower: row.lower, upper: row.upper)
    }
    let isSmall = rows.allSatisfy { row in
      row.terms.allSatisfy { abs($0.coefficient) <= Self.largestCoefficient }
    }
    guard isSmall else { return nil }
    do throws(MILPModelError) {
      return try MILPModel(
        columns: model.columns, rows: rows, objective: model.objective, sense: model.sense)
    } catch {
      return nil
    }
  }
}
