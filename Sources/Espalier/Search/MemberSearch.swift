internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Finds a point of a domain with rows or a ball, exactly.
struct MemberSearch {
  /// The most columns times rows of an exact program.
  static let maximumTableau = 20_000

  let domain: InputDomain
  let type: ScalarType

  /// A point of the domain.
  ///
  /// - Throws: `AnalysisError` if there is none, or if none is found.
  func find() throws(AnalysisError) -> [Dyadic] {
    let candidates = simpleCandidates.filter { domain.violation(at: $0) == nil }
    if let candidate = candidates.first(where: hasRoom) { return candidate }
    if let point = try solve() ?? candidates.first { return point }
    throw .noMemberFound
  }

  /// True if no row and not the ball touches the point: then a step towards it leaves their edges.
  private func hasRoom(_ point: [Dyadic]) -> Bool {
    let isInsideRows = domain.rows.allSatisfy { row in
      row.terms.reduce(-Dyadic(row.bound)) { $0 + Dyadic($1.coefficient) * point[$1.input] }
        .signum < 0
    }
    guard isInsideRows, let ball = domain.ball else { return isInsideRows }
    let distance = zip(point, ball.center).reduce(Dyadic.zero) {
      $0 + ($1.0 - Dyadic($1.1)).magnitude
    }
    return distance < Dyadic(ball.radius)
  }

  /// A rounded solution of the exact program, nil if it is too large or no rounding is inside.
  private func solve() throws(AnalysisError) -> [Dyadic]? {
    let tableau = domain.inputCount * 3 * (domain.rows.count + domain.inputCount + 1)
    guard tableau <= Self.maximumTableau else { return nil }
    // A point with room around it rounds well; a vertex may still be exact.
    for slack in [true, false] {
      guard case .optimal(_, let point, _, _) = RationalSimplex.solve(program(withSlack: slack))
      else { throw .emptyDomain }
      let solution = Array(point[..<domain.inputCount])
      for bits in WitnessRounding.precisions {
        let rounded = solution.enumerated().map { t, value in
          let number = value.dyadic ?? value.rounded(fractionBits: bits)
          return min(max(number, Dyadic(domain.box.lower[t])), Dyadic(domain.box.upper[t]))
        }
        if domain.violation(at: rounded) == nil { return rounded }
      }
    }
    return nil
  }

  private var simpleCandidates: [[Dyadic]] {
    let box = domain.box
    let middle = zip(box.lower, box.upper).map { low, high in
      min(max(DoubleRounding.nearest(low + (high - low) / 2, in: type), low), high)
    }
    var candidates = [middle, box.lower, box.upper]
    if let ball = domain.ball {
      candidates.append(
        ball.center.enumerated().map { min(max($1, box.lower[$0]), box.upper[$0]) })
    }
    return candidates.map { $0.map { Dyadic($0) } }
  }

  /// Columns: the inputs; with a ball two parts per input; a slack of all rows that is maximized.
  private func program(withSlack: Bool) -> RationalLP {
    let n = domain.inputCount
    let parts = domain.ball == nil ? 0 : 2 * n
    let count = n + parts + 1
    var lower = domain.box.lower.map { Dyadic($0) }
    var upper = domain.box.upper.map { Dyadic($0) }
    var rows = domain.rows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: count)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      coefficients[count - 1] = .one
      return RationalRow(coefficients, .atMost, Dyadic(row.bound))
    }
    if let ball = domain.ball {
      var sum = [Dyadic](repeating: .zero, count: count)
      for t in 0..<n {
        var split = [Dyadic](repeating: .zero, count: count)
        split[t] = .one
        split[n + 2 * t] = Dyadic(-1)
        split[n + 2 * t + 1] = .one
        rows.append(RationalRow(split, .equal, Dyadic(ball.center[t])))
        sum[n + 2 * t] = .one
        sum[n + 2 * t + 1] = .one
        let center = Dyadic(ball.center[t])
        let reach = max((upper[t] - center).magnitude, (lower[t] - center).magnitude)
        lower += [.zero, .zero]
        upper += [reach, reach]
      }
      sum[count - 1] = .one
      rows.append(RationalRow(sum, .atMost, Dyadic(ball.radius)))
    }
    var objective = [Dyadic](repeating: .zero, count: count)
    objective[count - 1] = .one
    return RationalLP(
      lower: lower + [.zero], upper: upper + [withSlack ? .one : .zero], rows: rows,
      objective: objective)
  }
}
