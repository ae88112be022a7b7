public import Certificates
public import ExactArithmetic
public import MILP
internal import NeuralNetwork

/// Bounds the number of regions from below, with a probability, by random parities.
///
/// Each trial asks ever more random parities of the pattern until no region is found that meets
/// them all. A region counts once its pattern was read off a point exactly and meets the parities;
/// whatever else a solver says ends the trial. So solvers, their tolerances and their limits can
/// only lower the bound.
///
/// - Source: Serra and Ramalingam, arXiv 1810.03370, Algorithm 2.
public struct ParityTrials {
  private let options: ParityOptions
  private let solver: any MILPSolver
  private let stopReason: () -> Limit?
  private let replay: PatternReplay
  private let model: PatternModel?

  /// Trials about the regions after the first layers.
  ///
  /// - Parameters:
  ///   - proved: Intervals of at least these layers, proved on the domain.
  ///   - member: A point of the domain; needed if it has rows or a ball.
  ///   - stopReason: Asked before each program; a limit ends the trials.
  /// - Precondition: The intervals of the first `layerCount` layers are open.
  public init(
    proved: ProofState, layerCount: Int, member: [Dyadic]? = nil, options: ParityOptions = .init(),
    solver: any MILPSolver, stopReason: @escaping () -> Limit? = { nil }
  ) {
    self.options = options
    self.solver = solver
    self.stopReason = stopReason
    replay = PatternReplay(state: proved, layerCount: layerCount, member: member)
    model =
      replay.openUnits.isEmpty
      ? nil
      : PatternModel(state: proved, layerCount: layerCount, openUnits: replay.openUnits)
  }

  /// Runs all trials, or as many as the limits allow.
  ///
  /// - Parameters:
  ///   - known: Regions that are known already: as long as one of them meets the parities, nothing
  ///     needs to be solved.
  ///   - generator: Gives one number per trial, whatever the trials find.
  ///   - onTrial: Called after each trial with the parities that it survived. Who loses the rest
  ///     with the process counts the lost trials as 0: to draw others instead would bias the bound.
  public func run(
    known: [FoundRegion] = [], using generator: inout SeededGenerator,
    onTrial: (Int) -> Void = { _ in }
  ) -> ParityResult {
    let seeds = (0..<options.trialCount).map { _ in generator.next() }
    var run = ParityRun(replay: replay, model: model, known: known)
    var survivals = [Int](repeating: 0, count: seeds.count)
    let limits = SolveLimits(
      nodes: options.nodeLimit, seconds: options.seconds,
      cutoff: RegionEnumeration.smallestMargin)
    for (trial, seed) in seeds.enumerated() {
      var random = SeededGenerator(seed: seed)
      var parities: [ParityConstraint] = []
      for _ in replay.openUnits {
        if let limit = stopReason() { return run.result(survivals, limit: limit) }
        parities.append(
          ParityConstraint(
            unitCount: replay.openUnits.count, memberShare: options.memberShare, using: &random))
        guard run.hasRegion(meeting: parities, solver: solver, limits: limits) else { break }
        survivals[trial] = parities.count
      }
      onTrial(survivals[trial])
    }
    return run.result(survivals, limit: nil)
  }
}
