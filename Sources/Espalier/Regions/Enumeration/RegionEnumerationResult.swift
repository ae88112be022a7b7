public import MILP
public import NeuralNetwork

/// What an enumeration found: proved regions, and what a solver claims about the rest.
public struct RegionEnumerationResult: Hashable, Sendable {
  /// Why an enumeration ended.
  public enum End: Hashable, Sendable {
    /// The solver claims that no further pattern has a margin; a claim, not a proof.
    case claimedComplete
    /// The asked number of regions was found.
    case regionLimit
    /// A limit of one program, or what the caller's `stopReason` said.
    case limit(Limit)
    /// The numbers of the network are not fit for a float solver.
    case unfit
    /// The solver failed or contradicted itself.
    case failed(SolverError)
  }

  /// The open units that patterns have bits for, in ascending order.
  public let openUnits: [UnitID]
  /// The regions, each with an exact point, in the order in which they were found.
  public let regions: [FoundRegion]
  /// Patterns that the solver claimed and for which neither a point was found nor, by an exact
  /// program, that there is none; each may be a region.
  public let unconfirmedCount: Int
  /// Patterns that the solver claimed and that an exact program shows to have no region.
  public let refutedCount: Int
  /// Why the enumeration ended.
  public let end: End
  /// The mixed-integer programs that were solved.
  public let solveCount: Int
  /// The solver's points that were replayed.
  public let replayCount: Int

  /// The number of regions found: a proved lower bound.
  public var foundCount: Int { regions.count }

  /// True if the solver claims that all regions were found and nothing is left unconfirmed.
  ///
  /// A float solver may miss a region whose largest margin is below its tolerance; and unless
  /// `seeksVanishing` was set, regions on which an open unit of a later layer vanishes by
  /// cancellation were not looked for. There always is a region, so a claim that there is none
  /// counts for nothing.
  public var claimsComplete: Bool {
    end == .claimedComplete && unconfirmedCount == 0 && foundCount > 0
  }
}
