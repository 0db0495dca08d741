package jobs

import (
	"testing"

	"bellwether/warehouse/warehousetest"
)

func TestMain(m *testing.M) { warehousetest.Main(m) }
