internal import ExactArithmetic

/// Where the points of a slice are on the page.
///
/// For two inputs the axes are these inputs. A plane through points is drawn in true distances:
/// to the right from the first point towards the second.
struct SliceFrame {
  /// The corner of the plot at the top left, and its size, in pixels.
  struct Plot {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
  }

  /// A point in the drawn coordinates.
  struct Position {
    let u: Double
    let v: Double
  }

  let plot: Plot
  let lower: Position
  let upper: Position
  /// The columns of the linear map from parameters to drawn coordinates.
  private let first: Position
  private let second: Position

  /// A frame around all vertices.
  init(_ subdivision: PolygonSubdivision, left: Double, top: Double, size: Double) {
    (first, second) = Self.basis(of: subdivision.slice)
    var lower = Position(u: .infinity, v: .infinity)
    var upper = Position(u: -.infinity, v: -.infinity)
    for i in 0..<subdivision.vertexCount {
      let (s, t) = subdivision.approximateVertex(i)
      let (u, v) = (s * first.u + t * second.u, s * first.v + t * second.v)
      lower = Position(u: min(lower.u, u), v: min(lower.v, v))
      upper = Position(u: max(upper.u, u), v: max(upper.v, v))
    }
    (self.lower, self.upper) = (lower, upper)
    let (width, height) = (upper.u - lower.u, upper.v - lower.v)
    // Two inputs may have different units; then each axis has its own scale.
    var ratio = height / width
    if case .inputs = subdivision.slice.kind, !(0.25...4).contains(ratio) { ratio = 1 }
    ratio = min(4, max(0.25, ratio))
    plot =
      ratio <= 1
      ? Plot(left: left, top: top, width: size, height: size * ratio)
      : Plot(left: left, top: top, width: size / ratio, height: size)
  }

  /// The drawn coordinates of parameters.
  func position(s: Double, t: Double) -> Position {
    Position(u: s * first.u + t * second.u, v: s * first.v + t * second.v)
  }

  /// The place of drawn coordinates on the page.
  func pixel(_ position: Position) -> (x: Double, y: Double) {
    (
      plot.left + (position.u - lower.u) / (upper.u - lower.u) * plot.width,
      plot.top + (upper.v - position.v) / (upper.v - lower.v) * plot.height
    )
  }

  /// A point as it stands in a path.
  func pathPoint(_ point: (s: Double, t: Double)) -> String {
    let (x, y) = pixel(position(s: point.s, t: point.t))
    return "\(PictureNumber.text(x)) \(PictureNumber.text(y))"
  }

  /// The gradient in drawn coordinates of what grows by `ds` and `dt` for each unit of `s`, `t`.
  func gradient(ds: Double, dt: Double) -> Position {
    // The second component of `first` is zero, so the transposed system is solved from above.
    let u = ds / first.u
    return Position(u: u, v: (dt - u * second.u) / second.v)
  }

  private static func basis(of slice: InputSlice) -> (Position, Position) {
    guard case .plane = slice.kind else { return (Position(u: 1, v: 0), Position(u: 0, v: 1)) }
    let first = slice.first.map(\.approximation)
    let second = slice.second.map(\.approximation)
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let length = product(first, first).squareRoot()
    let along = product(first, second) / length
    let rest = zip(first, second).map { $1 - $0 * along / length }
    return (Position(u: length, v: 0), Position(u: along, v: product(rest, rest).squareRoot()))
  }
}
