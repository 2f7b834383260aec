"""Does Mudan do what it says? Tests of everything that is not one platform's own business."""
