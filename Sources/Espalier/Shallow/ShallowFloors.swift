internal import BigInt
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Numbers that the outputs of a network are never below, from the maps of its blocks.
///
/// The least value of a map on the box is a bound for its block. With few inputs the least value on
/// the block itself comes from an exact program: a higher floor means smaller errors in slabs.
struct ShallowFloors {
  /// The most inputs and the most maps for which programs are solved.
  private static let mostInputs = RegionOptions.faceDimension
  private static let mostMaps = 5000
  /// The bits behind the point that are kept of a quotient.
  private static let fractionBitCount = 64

  let maps: RegionMaps
  let forms: [AffineForm]
  let blocks: [ShallowDesign.Block]
  let ends: [Interval]

  /// The floor of an output.
  ///
  /// - Parameter known: A bound that is proved already.
  func floor(ofOutput o: Int, known: Dyadic) -> Dyadic {
    let usesPrograms =
      ends.count <= Self.mostInputs && blocks.count * maps.network.outputCount <= Self.mostMaps
    var floor: Dyadic?
    for block in blocks {
      let onBox = block.map[o].range(over: ends).lower
      if onBox >= floor ?? onBox + .one { continue }
      guard usesPrograms, !block.literals.isEmpty else {
        floor = onBox
        continue
      }
      switch LazyRationalSimplex.solve(program(block, minimizing: block.map[o])) {
      case .infeasible: continue
      case nil: floor = onBox
      case .optimal(let value, _, _, _):
        let least = block.map[o].constant - Self.roundedUp(value)
        floor = min(floor ?? least, least)
      }
    }
    return max(known, floor ?? known)
  }

  /// The program whose optimum is the most that a form falls below its constant on a block.
  private func program(
    _ block: ShallowDesign.Block, minimizing form: AffineForm
  ) -> RationalLP {
    let rows = block.literals.map { literal in
      RationalRow(
        forms[literal.form].coefficients, literal.isOn ? .atLeast : .atMost,
        -forms[literal.form].constant)
    }
    return RationalLP(
      lower: ends.map(\.lower), upper: ends.map(\.upper), rows: rows + domainRows,
      objective: form.coefficients.map { -$0 })
  }

  /// The rows of the domain in the free inputs.
  private var domainRows: [RationalRow] {
    let box = maps.domain.box
    return maps.domain.rows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: ends.count)
      var bound = Dyadic(row.bound)
      for term in row.terms {
        if let place = maps.freeInputs.firstIndex(of: term.input) {
          coefficients[place] = Dyadic(term.coefficient)
        } else {
          bound -= Dyadic(term.coefficient) * Dyadic(box.lower[term.input])
        }
      }
      return RationalRow(coefficients, .atMost, bound)
    }
  }

  private static func roundedUp(_ value: Rational) -> Dyadic {
    // Division drops what is behind the last bit, towards 0, so one more is never too low.
    let quotient = (value.numerator << fractionBitCount) / value.denominator
    return value.dyadic ?? Dyadic(quotient + 1, exponent: -fractionBitCount)
  }
}
