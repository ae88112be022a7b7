internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The facets of one region and what lies beyond them, in exact arithmetic.
struct FacetSearch {
  private let maps: RegionMaps
  private let phases: [UnitPhase]
  /// The forms of the open units, in all inputs.
  private let forms: [AffineForm]

  init(_ maps: RegionMaps, phases: [UnitPhase]) {
    self.maps = maps
    self.phases = phases
    let all = maps.forms(phases)
    forms = maps.units.map { all[$0.layer][$0.index] }
  }

  /// Whether each open unit is on just beyond the facet of a unit; nil if the unit has no facet.
  func patternBeyond(_ position: Int) -> [Bool]? {
    guard phases[position] != .zero, let point = innerPoint(ofFacet: position) else { return nil }
    let sign = phases[position].isOn ? Dyadic(-1) : .one
    let direction = forms[position].scaled(by: sign).coefficients.enumerated().map { t, value in
      maps.domain.box.lower[t] < maps.domain.box.upper[t] ? Rational(value) : .zero
    }
    return signs(beyond: point, along: direction)
  }

  /// A point of the facet that is off all other facets; nil if there is none.
  private func innerPoint(ofFacet position: Int) -> [Rational]? {
    let box = maps.domain.box
    let n = box.lower.count
    let facet = maps.reduced(forms[position])
    guard facet.dropLast().contains(where: { !$0.isZero }) else { return nil }
    var rows = [
      RationalRow(forms[position].coefficients + [.zero], .equal, -forms[position].constant)
    ]
    for other in forms.indices where other != position && phases[other] != .zero {
      if Self.areProportional(maps.reduced(forms[other]), facet) { continue }
      let form = forms[other].scaled(by: phases[other].isOn ? .one : Dyadic(-1))
      rows.append(RationalRow(form.coefficients + [Dyadic(-1)], .atLeast, -form.constant))
    }
    for row in maps.domain.rows {
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      coefficients[n] = .one
      rows.append(RationalRow(coefficients, .atMost, Dyadic(row.bound)))
    }
    for t in maps.freeInputs {
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      (coefficients[t], coefficients[n]) = (.one, Dyadic(-1))
      rows.append(RationalRow(coefficients, .atLeast, Dyadic(box.lower[t])))
      coefficients[n] = .one
      rows.append(RationalRow(coefficients, .atMost, Dyadic(box.upper[t])))
    }
    let program = RationalLP(
      lower: box.lower.map { Dyadic($0) } + [.zero], upper: box.upper.map { Dyadic($0) } + [.one],
      rows: rows, objective: [Dyadic](repeating: .zero, count: n) + [.one])
    guard case .optimal(let depth, let point, _, _) = LazyRationalSimplex.solve(program),
      depth.signum > 0
    else { return nil }
    return Array(point[..<n])
  }

  /// True if two forms vanish on the same hyperplane.
  private static func areProportional(_ left: [Dyadic], _ right: [Dyadic]) -> Bool {
    guard let pivot = right.indices.first(where: { !right[$0].isZero }) else { return false }
    return right.indices.allSatisfy { left[$0] * right[pivot] == left[pivot] * right[$0] }
  }

  /// The signs at a point plus a step along a direction that is smaller than any number.
  private func signs(beyond point: [Rational], along direction: [Rational]) -> [Bool] {
    var inputs = zip(point, direction).map { Infinitesimal(value: $0, slope: $1) }
    var result = [Bool](repeating: false, count: maps.units.count)
    for (k, layer) in maps.network.layers.enumerated() {
      inputs = (0..<layer.unitCount).map { i in
        var sum = Infinitesimal(value: Rational(Dyadic(layer.biases[i])), slope: .zero)
        for (j, weight) in layer.weights.row(i).enumerated()
        where weight != 0 && !inputs[j].isZero {
          let factor = Rational(Dyadic(weight))
          sum.value += factor * inputs[j].value
          sum.slope += factor * inputs[j].slope
        }
        switch maps.roles[k][i] {
        case .linear: return sum
        case .idle: return .zero
        case .open(let position):
          result[position] = sum.isPositive
          return sum.isPositive ? sum : .zero
        }
      }
    }
    return result
  }
}

/// A number plus a slope times something smaller than any positive number.
private struct Infinitesimal {
  var value: Rational
  var slope: Rational

  static let zero = Infinitesimal(value: .zero, slope: .zero)

  var isZero: Bool { value.signum == 0 && slope.signum == 0 }
  var isPositive: Bool { value.signum > 0 || value.signum == 0 && slope.signum > 0 }
}
