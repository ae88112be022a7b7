internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Reads patterns off points, exactly.
struct PatternReplay {
  let state: ProofState
  let openUnits: [UnitID]
  let sampler: DomainSampler

  /// A replay of the open units of the first layers.
  ///
  /// - Precondition: The intervals of the first `layerCount` layers are open.
  init(state: ProofState, layerCount: Int, member: [Dyadic]?) {
    precondition(layerCount <= state.intervals.count, "layer \(layerCount) is not open yet")
    self.state = state
    openUnits = ExactProgram.openUnits(state: state, below: layerCount, phases: [:])
    sampler = DomainSampler(
      domain: state.domain, type: state.network.network.scalarType,
      member: member?.map(\.approximation))
  }

  /// The region that holds the point in its interior; nil if the point is outside the domain or on
  /// a border between regions.
  func region(at point: [Dyadic]) -> FoundRegion? {
    guard state.domain.violation(at: point) == nil else { return nil }
    let signs = state.network.signs(at: point)
    let unitSigns = openUnits.map { signs[$0.layer][$0.index] }
    let pattern = OpenUnitPattern(isOn: unitSigns.map { $0 > 0 })
    if unitSigns.contains(0) {
      // At a border the form of some unit is 0 at the point, but not around it.
      let forms = PatternCell(state: state, openUnits: openUnits, pattern: pattern).forms
      guard zip(unitSigns, forms).allSatisfy({ $0 != 0 || $1.isZero }) else { return nil }
    }
    return FoundRegion(pattern: pattern, point: point)
  }

  /// The regions of what a solver's point is rounded to: stored numbers, and its own doubles.
  func regions(near candidate: [Double]) -> [FoundRegion] {
    let box = state.domain.box
    let cut = candidate.enumerated().map { t, value in
      min(max(value.isFinite ? value : box.lower[t], box.lower[t]), box.upper[t])
    }
    let stored = sampler.admit(candidate)
    return (stored == cut ? [cut] : [stored, cut])
      .compactMap { region(at: $0.map { Dyadic($0) }) }
  }

  /// The region of a pattern whose exact program has this solution; nil if no rounding is inside.
  func region(of pattern: OpenUnitPattern, near solution: [Rational]) -> FoundRegion? {
    for bits in WitnessRounding.precisions {
      let rounded = solution.enumerated().map { t, value in
        let number = value.dyadic ?? value.rounded(fractionBits: bits)
        return min(
          max(number, Dyadic(state.domain.box.lower[t])), Dyadic(state.domain.box.upper[t]))
      }
      if let region = region(at: rounded), region.pattern == pattern { return region }
    }
    return nil
  }
}
