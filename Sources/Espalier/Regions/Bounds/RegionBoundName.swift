/// The upper bounds on the number of regions that are known, from the loosest to the tightest.
///
/// The order holds for every network and domain; `zaslavsky` stands where it equals `raghu`.
public enum RegionBoundName: String, Hashable, Sendable, CaseIterable {
  /// `2^n` with `n` ReLU units: every pattern.
  case allPatterns = "all-patterns"
  /// Zaslavsky's number of cells of hyperplanes; for one layer with ReLU units.
  case zaslavsky
  /// The product of Zaslavsky's numbers in the dimension of the input.
  case raghu
  /// The same with the dimension cut to the narrowest layer so far.
  case montufar
  /// The same with the dimension that a pattern's active units can pass on.
  case serra
  /// The last one with the units that are proved stable on the domain.
  case certified
}
