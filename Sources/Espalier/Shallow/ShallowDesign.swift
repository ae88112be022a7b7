internal import BigInt
internal import ExactArithmetic
public import NeuralNetwork

/// The blocks of which a shallow network is made, whatever the width of its slabs.
///
/// A block stands for one activation pattern: the literals that tell it from the others, and the
/// affine map of the network where it holds. The literals of all blocks are the paths of a decision
/// tree, so at every input off all hyperplanes exactly one block has all its literals.
///
/// - Source: Villani and Schoots, arXiv 2306.11827, and arXiv 1905.11428, for networks of this
///   shape; `docs/shallow.md` for the blocks and the proof.
public struct ShallowDesign: Sendable {
  /// One pattern.
  struct Block: Sendable {
    let literals: [SwitchForms.Literal]
    /// The forms of the outputs in the free inputs.
    let map: [AffineForm]
  }

  /// The bits of a reach, so that it is stored as it is, divided by any power of two.
  private static let reachBitCount = 16
  /// The bits of what inputs and outputs are shifted by: those of `float32`.
  private static let shiftBitCount = 24
  /// The exponent of the smallest normal number of `float32`.
  private static let smallestExponent = -126

  /// Which patterns have blocks.
  public let patterns: ShallowPatterns
  /// The inputs on which the shallow network may be used.
  public let domain: InputDomain
  /// The open units of each layer.
  public let openCounts: [Int]
  /// The inputs that have more than one value.
  let freeInputs: [Int]
  /// The forms that literals are about.
  let forms: [AffineForm]
  let blocks: [Block]
  /// For each output a number that the network's output is never below, on the domain.
  let floors: [Dyadic]
  /// For each block and output a number that the map minus the floor is never above, on the box.
  let reaches: [[Dyadic]]
  /// The places among the free inputs that some map reads, and what these inputs are shifted by.
  let carriers: [(place: Int, shift: Dyadic)]

  /// The number of blocks.
  public var blockCount: Int { blocks.count }
  /// True if there is but one block: then the network is one affine map on the domain.
  public var isAffine: Bool { forms.isEmpty }
  /// The number of outputs.
  public var outputCount: Int { floors.count }

  /// A design from the phases of the open units in every pattern, in the order of a tree.
  ///
  /// - Parameter outputFloors: Proved lower bounds of the outputs.
  init(
    _ maps: RegionMaps, patterns: ShallowPatterns, phases: [[UnitPhase]], outputFloors: [Dyadic]
  ) {
    self.patterns = patterns
    domain = maps.domain
    freeInputs = maps.freeInputs
    openCounts = maps.network.layers.indices.map { k in maps.units.count { $0.layer == k } }
    let ends = freeInputs.map { place in
      Interval(Dyadic(maps.domain.box.lower[place]), Dyadic(maps.domain.box.upper[place]))
    }
    var switches = SwitchForms()
    blocks = Self.blocks(maps, phases, &switches)
    forms = switches.forms
    let ranges = blocks.map { $0.map.map { $0.range(over: ends) } }
    let search = ShallowFloors(maps: maps, forms: forms, blocks: blocks, ends: ends)
    floors = outputFloors.enumerated().map { o, known in
      search.floor(ofOutput: o, known: known).rounded(.down, toBitCount: Self.shiftBitCount)
    }
    let floors = floors
    reaches = ranges.map { zip($0, floors).map { Self.reach($0.upper - $1) } }
    let blocks = blocks
    carriers = ends.indices.filter { t in
      blocks.contains { $0.map.contains { !$0.coefficients[t].isZero } }
    }.map { ($0, Self.shift(below: ends[$0].lower)) }
  }

  private static func blocks(
    _ maps: RegionMaps, _ patterns: [[UnitPhase]], _ switches: inout SwitchForms
  ) -> [Block] {
    var forms = PrefixForms(maps)
    return patterns.compactMap { phases in
      forms.move(to: phases)
      var literals: [SwitchForms.Literal] = []
      for (unit, phase) in zip(maps.units, phases) where phase == .cutOn || phase == .cutOff {
        switch switches.condition(forms[unit], isOn: phase.isOn) {
        case .always: continue
        case .never: return nil
        case .literal(let literal):
          // Twice the same would say nothing new; both sides of a hyperplane no input has.
          if literals.contains(literal) { continue }
          if literals.contains(literal.opposite) { return nil }
          literals.append(literal)
        }
      }
      return Block(literals: literals, map: forms.outputs)
    }
  }

  /// A number with few bits, larger by a thousandth, which pays for rounding in stored numbers.
  private static func reach(_ largest: Dyadic) -> Dyadic {
    if largest.signum <= 0 { return .zero }
    return (largest + largest.scaled(byPowerOfTwo: -10))
      .rounded(.up, toBitCount: reachBitCount)
  }

  /// A number of both stored types that is not above `end`.
  private static func shift(below end: Dyadic) -> Dyadic {
    let rounded = end.rounded(.down, toBitCount: shiftBitCount)
    if rounded.isZero || rounded.exponent + rounded.bitCount > smallestExponent { return rounded }
    return end.signum > 0 ? .zero : Dyadic(-1).scaled(byPowerOfTwo: smallestExponent)
  }

  /// The size of the network.
  public var size: ShallowSize {
    if isAffine { return ShallowSize(inputs: domain.inputCount, outputs: outputCount) }
    return ShallowSize(
      inputs: domain.inputCount, first: BigInt(carriers.count + 2 * forms.count),
      second: BigInt(blocks.count * outputCount), outputs: outputCount)
  }

  /// The size that the formula for the patterns gives.
  public func formula(_ patterns: ShallowPatterns) -> ShallowSize {
    switch patterns {
    case .regions:
      .formula(inputs: domain.inputCount, regions: blocks.count, outputs: outputCount)
    case .all:
      .formula(inputs: domain.inputCount, openCounts: openCounts, outputs: outputCount)
    }
  }
}

extension SwitchForms.Literal {
  /// The other side.
  fileprivate var opposite: Self { Self(form: form, isOn: !isOn) }
}

extension AffineForm {
  /// The exact range over a box.
  func range(over ends: [Interval]) -> Interval {
    var (lower, upper) = (constant, constant)
    for (coefficient, end) in zip(coefficients, ends) where !coefficient.isZero {
      lower += coefficient * (coefficient.signum > 0 ? end.lower : end.upper)
      upper += coefficient * (coefficient.signum > 0 ? end.upper : end.lower)
    }
    return Interval(lower, upper)
  }
}
