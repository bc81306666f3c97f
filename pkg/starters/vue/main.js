import "ink-number/element";
import { createApp } from "vue";

import Form from "./Form.vue";

createApp(Form).mount("#root");
