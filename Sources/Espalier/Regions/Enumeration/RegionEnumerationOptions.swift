/// What an enumeration of regions may use.
public struct RegionEnumerationOptions: Hashable, Sendable {
  /// The most regions that are looked for; nil for all.
  public var regionLimit: Int?
  /// The most nodes of one mixed-integer program.
  public var nodeLimit: Int
  /// True if regions on which an open unit vanishes by cancellation are looked for, too.
  ///
  /// They occur only in networks with ties; to claim that there are none takes one program of twice the size.
  public var seeksVanishing: Bool
  /// The most seconds of one mixed-integer program; nil for none.
  public var seconds: Double?

  /// All regions with a generous number of nodes.
  public init(
    regionLimit: Int? = nil, nodeLimit: Int = 200_000, seconds: Double? = nil,
    seeksVanishing: Bool = true
  ) {
    self.regionLimit = regionLimit
    self.nodeLimit = nodeLimit
    self.seconds = seconds
    self.seeksVanishing = seeksVanishing
  }
}
