/// A node of a region tree whose part below is still to be searched.
struct RegionState: Sendable {
  /// How the cell is held.
  enum Shape: Sendable {
    /// By vertices and edges.
    case vertices(VertexCell)
    /// By a point inside.
    case point(PointCell)
    /// By its cuts alone, which exact programs read.
    case cuts
  }

  var shape: Shape
  var cuts: Cut?
  /// The layer of the part's network whose units are being decided.
  var layer: Int
  /// The forms of that layer on the cell.
  var forms: LayerForms
  /// The same exactly, once they were needed.
  var exact: ExactForms?
  /// The rows of the layer that are still to be decided, the next one last.
  var pending: [Int]
  /// How many of these, at the front, doubles could not decide on this very cell.
  var deferredCount = 0
  /// The phases of the part's open units.
  var phases: [UnitPhase]
  /// How many cuts lie above.
  var cutCount: Int { cuts?.count ?? 0 }
}
