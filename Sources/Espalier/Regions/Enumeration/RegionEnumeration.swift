public import Certificates
public import ExactArithmetic
public import MILP
internal import NeuralNetwork

/// Finds regions one by one with a mixed-integer solver: each pattern that is known is cut off.
///
/// A region counts once its pattern was read off a point in exact arithmetic; so the number found
/// is a proved lower bound, whatever the solver says. That there are no more is the solver's claim.
/// Solvers may abort the process: callers who mind run this in another one.
///
/// - Source: Serra, Tjandraatmadja and Ramalingam, arXiv 1711.02114, section 5.
public struct RegionEnumeration {
  /// Margins up to this are not looked for: the solver's own tolerances are of this size.
  static let smallestMargin = 1e-9

  private let state: ProofState
  private let layerCount: Int
  private let options: RegionEnumerationOptions
  private let solver: any MILPSolver
  private let stopReason: () -> Limit?
  private let replay: PatternReplay

  /// An enumeration of the regions after the first layers.
  ///
  /// - Parameters:
  ///   - proved: Intervals of at least these layers, proved on the domain.
  ///   - member: A point of the domain; needed if it has rows or a ball.
  ///   - stopReason: Asked before each program; a limit ends the enumeration.
  /// - Precondition: The intervals of the first `layerCount` layers are open.
  public init(
    proved: ProofState, layerCount: Int, member: [Dyadic]? = nil,
    options: RegionEnumerationOptions = .init(), solver: any MILPSolver,
    stopReason: @escaping () -> Limit? = { nil }
  ) {
    state = proved
    self.layerCount = layerCount
    self.options = options
    self.solver = solver
    self.stopReason = stopReason
    replay = PatternReplay(state: proved, layerCount: layerCount, member: member)
  }

  /// Enumerates until the solver claims that nothing is left, or a limit is met.
  ///
  /// - Parameters:
  ///   - points: Points whose regions are taken as the first; others of the same region and
  ///     points outside the domain or on borders are ignored.
  ///   - onRegion: Called with each region as it is found, so that none is lost with the process.
  public func run(
    startingFrom points: [[Dyadic]] = [], onRegion: (FoundRegion) -> Void = { _ in }
  ) -> RegionEnumerationResult {
    var run = RegionEnumerationRun(replay: replay)
    var reportedCount = 0
    func report() {
      run.regions[reportedCount...].forEach(onRegion)
      reportedCount = run.regions.count
    }
    for point in points { run.add(replay.region(at: point)) }
    report()
    guard !replay.openUnits.isEmpty else {
      for region in replay.regions(near: replay.sampler.member) { run.add(region) }
      report()
      return run.result(run.regions.isEmpty ? .limit(.caller) : .claimedComplete)
    }
    let limits = SolveLimits(
      nodes: options.nodeLimit, seconds: options.seconds, cutoff: Self.smallestMargin)
    // Where every unit keeps its side strictly first; then where some unit vanishes.
    let hasLaterLayers = replay.openUnits.contains { $0.layer > 0 }
    for seeksVanishing in hasLaterLayers && options.seeksVanishing ? [false, true] : [false] {
      guard
        let model = PatternModel(
          state: state, layerCount: layerCount, openUnits: replay.openUnits,
          seeksVanishing: seeksVanishing)
      else { return run.result(.unfit) }
      var end: RegionEnumerationResult.End?
      while end == nil {
        if let limit = options.regionLimit, run.regions.count >= limit { end = .regionLimit }
        if let limit = stopReason() { end = .limit(limit) }
        if end == nil { end = run.advance(model, solver: solver, limits: limits) }
        report()
      }
      if let end, end != .claimedComplete { return run.result(end) }
    }
    return run.result(.claimedComplete)
  }
}
