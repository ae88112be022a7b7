internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork
public import StrictJSON

/// The linear regions of a slice as JSON, `espalier-slice/1`: all numbers exact, with decimals
/// beside the coordinates.
///
/// - Source: `docs/drawing.md`
public struct SliceDocument: Sendable {
  private let subdivision: PolygonSubdivision
  private let hasClasses: Bool

  /// A document; with classes if `hasClasses`.
  public init(_ subdivision: PolygonSubdivision, hasClasses: Bool) {
    self.subdivision = subdivision
    self.hasClasses = hasClasses
  }

  /// The document, with `head` after its format.
  public func json(head: [JSONMember]) -> JSONValue {
    var members = [JSONMember(key: "format", value: .string("espalier-slice/1"))] + head
    members += [
      JSONMember(key: "slice", value: slice),
      JSONMember(key: "units", value: .array(subdivision.units.map(Self.json))),
      JSONMember(
        key: "regionsAfterLayers",
        value: .array(subdivision.countsAfterLayers.map { .integer($0) })),
      JSONMember(key: "isCutShort", value: .bool(subdivision.isCutShort)),
      JSONMember(key: "counts", value: counts),
      JSONMember(key: "vertices", value: .array((0..<subdivision.vertexCount).map(vertex))),
      JSONMember(key: "maps", value: .array(subdivision.maps.map(map))),
      JSONMember(key: "regions", value: .array(subdivision.regions.indices.map(region))),
    ]
    if hasClasses {
      let cells = subdivision.classCells().map(cell)
      members.append(JSONMember(key: "classes", value: .array(cells)))
    }
    return .object(members)
  }

  private var slice: JSONValue {
    let slice = subdivision.slice
    var members: [JSONMember]
    switch slice.kind {
    case .inputs(let i, let j):
      members = [
        JSONMember(key: "kind", value: .string("inputs")),
        JSONMember(key: "inputs", value: .array([.integer(i), .integer(j)])),
      ]
    case .plane: members = [JSONMember(key: "kind", value: .string("plane"))]
    }
    for (key, numbers) in [
      ("origin", slice.origin), ("first", slice.first), ("second", slice.second),
    ] {
      members.append(JSONMember(key: key, value: .array(numbers.map(Self.json))))
    }
    return .object(members)
  }

  private var counts: JSONValue {
    let counts = subdivision.counts()
    return .members(
      ("feasiblePatterns", .integer(counts.feasiblePatterns)),
      ("regions", .integer(counts.regions)),
      (
        "convexPieces",
        .array([
          .integer(counts.convexPieces.lowerBound), .integer(counts.convexPieces.upperBound),
        ])
      ),
      ("openPieces", .integer(counts.openPieces)),
      ("closedPieces", .integer(counts.closedPieces)), ("maps", .integer(counts.maps)))
  }

  private func vertex(_ i: Int) -> JSONValue {
    let (s, t) = subdivision.vertex(i)
    return Self.point(s, t)
  }

  private func map(_ map: SliceMap) -> JSONValue {
    .array(
      map.rows.map { row in
        .array([row.first, row.second, row.constant].map(Self.json))
      })
  }

  private func region(_ i: Int) -> JSONValue {
    let region = subdivision.regions[i]
    let area = subdivision.area(of: i)
    return .members(
      ("pattern", .string(region.pattern.description)), ("map", .integer(region.map)),
      ("piece", .integer(subdivision.pieces[i])), ("area", .string(area.description)),
      ("areaDecimal", .number("\(area.approximation)")),
      ("vertices", .array(region.edges.map { .integer($0.start) })),
      ("edges", .array(region.edges.map(edge))))
  }

  private func edge(_ edge: PolygonRegion.Edge) -> JSONValue {
    let source = JSONMember(key: edge.source.key, value: Self.json(edge.source))
    let neighbor = JSONMember(
      key: "neighbor", value: edge.neighbor.map { .integer($0) } ?? .null)
    return .object([source, neighbor])
  }

  private func cell(_ cell: ClassCell) -> JSONValue {
    .members(
      ("region", .integer(cell.region)), ("class", .integer(cell.winner)),
      (
        "corners",
        .array(
          cell.polygon.corners.map { corner in
            Self.point(Rational(corner.x, corner.z), Rational(corner.y, corner.z))
          })
      ))
  }
}

extension SliceDocument {
  private static func json(_ number: Dyadic) -> JSONValue {
    .string(Rational(number).description)
  }

  private static func json(_ unit: UnitID) -> JSONValue {
    .array([.integer(unit.layer), .integer(unit.index)])
  }

  private static func point(_ s: Rational, _ t: Rational) -> JSONValue {
    .members(
      ("s", .string(s.description)), ("t", .string(t.description)),
      ("decimal", .array([.number("\(s.approximation)"), .number("\(t.approximation)")])))
  }

  private static func json(_ source: EdgeSource) -> JSONValue {
    switch source {
    case .unit(let unit): json(unit)
    case .lowerEnd(let i), .upperEnd(let i), .row(let i): .integer(i)
    case .ball, .zeroOutput: .bool(true)
    case .classes(let i, let j): .array([.integer(i), .integer(j)])
    }
  }
}

extension EdgeSource {
  /// The key under which an edge of this kind stands.
  fileprivate var key: String {
    switch self {
    case .unit: "unit"
    case .lowerEnd: "lowerEnd"
    case .upperEnd: "upperEnd"
    case .row: "row"
    case .ball: "ball"
    case .classes: "classes"
    case .zeroOutput: "zeroOutput"
    }
  }
}
